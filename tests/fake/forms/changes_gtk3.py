#!/usr/bin/python3
"""As changes_tk.tcl, in GTK 3. Born puts its separators in by itself."""
import sys

import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402

path, title = sys.argv[1:3]
fixed = Gtk.Fixed()
entries = []


def put(widget, x, y, w, h):
    widget.set_size_request(w, h)
    fixed.put(widget, x, y)
    return widget


for n, name in enumerate(["Born", "Amount", "Code", "Note", "Serial", "Sly"]):
    put(Gtk.Label(label=name + ":", xalign=0), 10, 10 + 35 * n, 105, 28)
    entries.append(put(Gtk.Entry(), 120, 10 + 35 * n, 260, 28))
born, amount, code, note, serial, sly = entries


def separate(entry, text, _length, _at):
    """takes digits only, and writes them with the separators between"""
    entry.stop_emission_by_name("insert-text")
    digits = [c for c in entry.get_text() + text if c.isdigit()][:8]
    entry.handler_block(inserting)
    new = "".join(digits)
    entry.set_text("/".join(filter(None, (new[:2], new[2:4], new[4:]))))
    entry.handler_unblock(inserting)


inserting = born.connect("insert-text", separate)
born.connect("notify::text", lambda entry, _text: entry.set_position(-1))


def capitals(entry):
    if entry.get_text() != entry.get_text().upper():
        at = entry.get_position()
        entry.set_text(entry.get_text().upper())
        entry.set_position(at)


code.connect("key-release-event", lambda entry, _event: capitals(entry))


def left(entry, change):
    def on_leave(_entry, _event):
        if change(entry.get_text()) != entry.get_text():
            entry.set_text(change(entry.get_text()))
        return False
    entry.connect("focus-out-event", on_leave)


def money(text):
    try:
        return f"{float(text.replace(',', '')):,.2f}"
    except ValueError:
        return text


left(amount, money)
left(note, str.strip)
left(serial, lambda text: text and text.rjust(8, "0"))
left(sly, lambda text: text[:1].upper() + text[1:])
window = Gtk.Window(title=title)


def accept(_button):
    with open(path, "a", encoding="utf-8") as out:
        out.write("|".join(entry.get_text() for entry in entries) + "\n")
    window.set_title(title + ", filed")


put(Gtk.Button(label="File"), 120, 230, 100, 32).connect("clicked", accept)
window.connect("destroy", Gtk.main_quit)
window.set_default_size(420, 300)
window.add(fixed)
window.show_all()
window.move(20, 20)
Gtk.main()
