#!/usr/bin/python3
"""As numbers_tk.tcl, in GTK 3."""
import sys

import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402

fixed = Gtk.Fixed()


def put(widget, x, y, w, h):
    widget.set_size_request(w, h)
    fixed.put(widget, x, y)
    return widget


def refuse(entry, text, _length, _at):
    if not text.isdigit():
        entry.stop_emission_by_name("insert-text")


count = Gtk.Entry()
count.connect("insert-text", refuse)
age = Gtk.SpinButton.new_with_range(0, 150, 1)
age.set_numeric(True)
age.set_value(7)
fee = Gtk.SpinButton.new_with_range(0, 9999, 0.01)
entries = [count, age, fee]
for n, (name, entry) in enumerate(zip(["Count", "Age", "Fee"], entries)):
    put(Gtk.Label(label=name + ":", xalign=0), 10, 10 + 40 * n, 105, 28)
    put(entry, 120, 10 + 40 * n, 260, 28)
window = Gtk.Window(title="Numbers")


def accept(_button):
    with open(sys.argv[1], "a", encoding="utf-8") as out:
        out.write("|".join(entry.get_text() for entry in entries) + "\n")
    window.set_title("Numbers, filed")


put(Gtk.Button(label="File"), 120, 240, 100, 32).connect("clicked", accept)
window.connect("destroy", Gtk.main_quit)
window.set_default_size(420, 300)
window.add(fixed)
window.show_all()
window.move(20, 20)
Gtk.main()
