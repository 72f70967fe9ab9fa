#!/usr/bin/python3
"""As jumpy_tk.tcl, in Qt 5."""
import sys
import time

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

path, how, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
app = QApplication(sys.argv[:1])
form = QWidget()
form.setWindowTitle("Jumpy")
form.setGeometry(20, 20, 420, 200)


class Entry(QLineEdit):
    def focusOutEvent(self, event):
        super().focusOutEvent(event)
        self.left()

    def left(self):
        pass


def put(widget, x, y, w, h):
    widget.setParent(form)
    widget.setGeometry(x, y, w, h)
    return widget


entries = []
for i, name in enumerate("ABC"):
    put(QLabel(name + ":"), 10, 10 + 35 * i, 105, 28)
    entries.append(put(Entry(), 120, 10 + 35 * i, 260, 28))
a, b, c = entries
a.setText("A-old")
typed = 0


def on_typed(text):
    global typed
    typed += 1
    if how == "back":
        time.sleep(0.002)
    if (how == "jump" and typed == n) or (how == "auto" and len(text) == 4):
        a.setFocus()


def take_back():
    if a.text() != "right":
        QTimer.singleShot(n, a.setFocus) if n else a.setFocus()


b.textEdited.connect(on_typed)
if how == "back":
    a.left = take_back
    a.textEdited.connect(on_typed)
if how == "fill":
    b.left = lambda: a.setText("of " + b.text())


def accept():
    with open(path, "a", encoding="utf-8") as out:
        out.write("|".join(entry.text() for entry in entries) + "\n")
    form.setWindowTitle("Jumpy, filed")


button = put(QPushButton("File"), 120, 130, 100, 32)
button.clicked.connect(accept)
button.setEnabled(how != "off")
form.show()
(a if how == "back" else c).setFocus()
sys.exit(app.exec_())
