#!/usr/bin/python3
"""A form of Qt 5 widgets. form_qt.py FILE TITLE: each record that is accepted
is appended to FILE as one JSON line, and its reference shown."""
import json
import sys

from PyQt5.QtWidgets import (QApplication, QCheckBox, QComboBox, QLabel,
                             QLineEdit, QPlainTextEdit, QPushButton, QWidget)

path, title = sys.argv[1:3]
app = QApplication(sys.argv[:1])
form = QWidget()
form.setWindowTitle(title)
form.setGeometry(20, 20, 420, 410)
entries = {}


def put(widget, x, y, w, h):
    widget.setParent(form)
    widget.setGeometry(x, y, w, h)
    return widget


def label(text, y):
    put(QLabel(text + ":"), 10, y, 105, 28)


for n, name in enumerate(["Surname", "Given Names", "Date of Birth",
                          "Password"]):
    label(name, 10 + 35 * n)
    entries[name] = put(QLineEdit(), 120, 10 + 35 * n, 260, 28)
entries["Password"].setEchoMode(QLineEdit.Password)
label("Crime Type", 150)
kind = put(QComboBox(), 120, 150, 260, 28)
kind.addItems(["Theft", "Burglary", "Assault", "Criminal damage"])
kind.setEditable(True)
ward = put(QComboBox(), 250, 186, 130, 26)
ward.addItems(["", "North", "South", "East"])
urgent = put(QCheckBox("Urgent"), 120, 188, 120, 26)
label("Notes", 220)
notes = put(QPlainTextEdit(), 120, 220, 260, 100)
ok = put(QPushButton("OK"), 120, 335, 100, 32)
wipe = put(QPushButton("Clear"), 240, 335, 100, 32)
label("Reference", 372)
ref = put(QLineEdit(), 120, 372, 260, 28)
ref.setReadOnly(True)
accepted = 0


def clear():
    for entry in entries.values():
        entry.clear()
    kind.clearEditText()
    ward.setCurrentIndex(0)
    urgent.setChecked(False)
    notes.clear()
    entries["Surname"].setFocus()


def accept():
    global accepted
    record = {name: entry.text() for name, entry in entries.items()}
    record["Crime Type"] = kind.currentText()
    record["Ward"] = ward.currentText()
    record["Urgent"] = urgent.isChecked()
    record["Notes"] = notes.toPlainText()
    with open(path, "a", encoding="utf-8") as out:
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    accepted += 1
    ref.setText(f"CF26/{accepted:06}")
    clear()


ok.clicked.connect(accept)
wipe.clicked.connect(clear)
form.show()
clear()
sys.exit(app.exec_())
