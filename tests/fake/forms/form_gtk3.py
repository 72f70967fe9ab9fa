#!/usr/bin/python3
"""A form of GTK 3 widgets. form_gtk3.py FILE TITLE: each record that is
accepted is appended to FILE as one JSON line, and its reference shown."""
import json
import sys

import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402

path, title = sys.argv[1:3]
fixed = Gtk.Fixed()
entries = {}


def put(widget, x, y, w, h):
    widget.set_size_request(w, h)
    fixed.put(widget, x, y)
    return widget


def label(text, y):
    put(Gtk.Label(label=text + ":", xalign=0), 10, y, 105, 28)


for n, name in enumerate(["Surname", "Given Names", "Date of Birth",
                          "Password"]):
    label(name, 10 + 35 * n)
    entries[name] = put(Gtk.Entry(), 120, 10 + 35 * n, 260, 28)
entries["Password"].set_visibility(False)
label("Crime Type", 150)
kind = put(Gtk.ComboBoxText.new_with_entry(), 120, 150, 260, 28)
for choice in ["Theft", "Burglary", "Assault", "Criminal damage"]:
    kind.append_text(choice)
ward = put(Gtk.ComboBoxText(), 250, 183, 130, 26)
for choice in ["North", "South", "East"]:
    ward.append_text(choice)
urgent = put(Gtk.CheckButton(label="Urgent"), 120, 188, 120, 26)
label("Notes", 220)
notes = Gtk.TextView(wrap_mode=Gtk.WrapMode.WORD_CHAR)
scroll = put(Gtk.ScrolledWindow(), 120, 220, 260, 100)
scroll.add(notes)
ok = put(Gtk.Button(label="OK"), 120, 335, 100, 32)
wipe = put(Gtk.Button(label="Clear"), 240, 335, 100, 32)
label("Reference", 372)
ref = put(Gtk.Entry(editable=False), 120, 372, 260, 28)
accepted = 0


def clear(_button=None):
    for entry in entries.values():
        entry.set_text("")
    kind.get_child().set_text("")
    ward.set_active(-1)
    urgent.set_active(False)
    notes.get_buffer().set_text("")
    entries["Surname"].grab_focus()


def accept(_button):
    global accepted
    text = notes.get_buffer()
    record = {name: entry.get_text() for name, entry in entries.items()}
    record["Crime Type"] = kind.get_active_text() or ""
    record["Ward"] = ward.get_active_text() or ""
    record["Urgent"] = urgent.get_active()
    record["Notes"] = text.get_text(*text.get_bounds(), True)
    with open(path, "a", encoding="utf-8") as out:
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    accepted += 1
    ref.set_text(f"CF26/{accepted:06}")
    clear()


ok.connect("clicked", accept)
wipe.connect("clicked", clear)
window = Gtk.Window(title=title)
window.connect("destroy", Gtk.main_quit)
window.set_default_size(420, 410)
window.add(fixed)
window.show_all()
window.move(20, 20)
clear()
Gtk.main()
