#!/usr/bin/python3
"""As numbers_tk.tcl, in Qt 5, with dates and times. What has arrows offers no
PRIMARY."""
import sys

from PyQt5.QtCore import QDate
from PyQt5.QtGui import QIntValidator
from PyQt5.QtWidgets import (QApplication, QDateEdit, QDoubleSpinBox, QLabel, QLineEdit,
                             QPushButton, QSpinBox, QTimeEdit, QWidget)

app = QApplication(sys.argv[:1])
form = QWidget()
form.setWindowTitle("Numbers")
form.setGeometry(20, 20, 420, 300)


def put(widget, x, y, w, h):
    widget.setParent(form)
    widget.setGeometry(x, y, w, h)
    return widget


count, age, fee, born, at = QLineEdit(), QSpinBox(), QDoubleSpinBox(), QDateEdit(), QTimeEdit()
count.setValidator(QIntValidator(0, 9999))
age.setRange(0, 150)
age.setValue(7)
fee.setRange(0, 9999)
born.setDisplayFormat("dd/MM/yyyy")
born.setDate(QDate(2026, 2, 28))
at.setDisplayFormat("HH:mm")
entries = [count, age, fee, born, at]
for n, (name, entry) in enumerate(zip(["Count", "Age", "Fee", "Born", "At"], entries)):
    put(QLabel(name + ":"), 10, 10 + 40 * n, 105, 28)
    put(entry, 120, 10 + 40 * n, 260, 28)


def accept():
    with open(sys.argv[1], "a", encoding="utf-8") as out:
        out.write("|".join(entry.text() for entry in entries) + "\n")
    form.setWindowTitle("Numbers, filed")


put(QPushButton("File"), 120, 240, 100, 32).clicked.connect(accept)
form.show()
sys.exit(app.exec_())
