#!/usr/bin/python3
"""As jumpy_tk.tcl, in GTK 3; HOW may be "double": what is clicked twice is in FILE."""
import sys
import time

import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

path, how, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
fixed = Gtk.Fixed()


def put(widget, x, y, w, h):
    widget.set_size_request(w, h)
    fixed.put(widget, x, y)
    return widget


entries = []
for i, name in enumerate("ABC"):
    put(Gtk.Label(label=name + ":", xalign=0), 10, 10 + 35 * i, 105, 28)
    entries.append(put(Gtk.Entry(), 120, 10 + 35 * i, 260, 28))
a, b, c = entries
a.set_text("A-old")
typed = 0


def on_typed(_buffer, _at, _text, _length):
    global typed
    typed += 1
    if how == "back":
        time.sleep(0.002)
    if (how == "jump" and typed == n) or (how == "auto" and len(b.get_text()) == 4):
        a.grab_focus()


def on_left(_entry, _event):
    if a.get_text() != "right":
        GLib.timeout_add(n, a.grab_focus)
    return False


def fill(_entry, _event):
    a.set_text("of " + b.get_text())
    return False


def on_click(_entry, event):
    if event.type == Gdk.EventType._2BUTTON_PRESS:
        with open(path, "a", encoding="utf-8") as out:
            out.write("twice\n")
    return False


b.get_buffer().connect_after("inserted-text", on_typed)
if how == "back":
    a.connect("focus-out-event", on_left)
    a.get_buffer().connect_after("inserted-text", on_typed)
if how == "double":
    a.connect("button-press-event", on_click)
if how == "fill":
    b.connect("focus-out-event", fill)
window = Gtk.Window(title="Jumpy")


def accept(_button):
    with open(path, "a", encoding="utf-8") as out:
        out.write("|".join(entry.get_text() for entry in entries) + "\n")
    window.set_title("Jumpy, filed")


button = put(Gtk.Button(label="File", sensitive=how != "off"), 120, 130, 100, 32)
button.connect("clicked", accept)
window.connect("destroy", Gtk.main_quit)
window.set_default_size(420, 200)
window.add(fixed)
window.show_all()
(a if how == "back" else c).grab_focus()
window.move(20, 20)
Gtk.main()
