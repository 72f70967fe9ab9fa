#!/usr/bin/python3
"""As changes_tk.tcl, in Qt 5. Born has Qt's own input mask."""
import sys

from PyQt5.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

path, title = sys.argv[1:3]
app = QApplication(sys.argv[:1])
form = QWidget()
form.setWindowTitle(title)
form.setGeometry(20, 20, 420, 300)
entries = []


def put(widget, x, y, w, h):
    widget.setParent(form)
    widget.setGeometry(x, y, w, h)
    return widget


for n, name in enumerate(["Born", "Amount", "Code", "Note", "Serial", "Sly"]):
    put(QLabel(name + ":"), 10, 10 + 35 * n, 105, 28)
    entries.append(put(QLineEdit(), 120, 10 + 35 * n, 260, 28))
born, amount, code, note, serial, sly = entries
born.setInputMask("99/99/9999;_")
code.textEdited.connect(lambda text: code.setText(text.upper()))


def left(entry, change):
    entry.editingFinished.connect(lambda: entry.setText(change(entry.text())))


def money(text):
    try:
        return f"{float(text.replace(',', '')):,.2f}"
    except ValueError:
        return text


left(amount, money)
left(note, str.strip)
left(serial, lambda text: text and text.rjust(8, "0"))
left(sly, lambda text: text[:1].upper() + text[1:])


def accept():
    with open(path, "a", encoding="utf-8") as out:
        out.write("|".join(entry.text() for entry in entries) + "\n")
    form.setWindowTitle(title + ", filed")


put(QPushButton("File"), 120, 230, 100, 32).clicked.connect(accept)
form.show()
sys.exit(app.exec_())
