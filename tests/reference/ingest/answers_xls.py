"""Writes answers.xls, a workbook of before 2007, as ``python answers_xls.py answers.xls`` (needs xlwt, not locked).

The rows are those of `tests.ingest.hostile_files.answers`; the table stands under a title, dates are cells of dates.
"""

import datetime as dt
import sys

import xlwt

book = xlwt.Workbook(encoding="utf-8")
sheet = book.add_sheet("Réponses")
day = xlwt.XFStyle()
day.num_format_str = "DD/MM/YYYY"
sheet.write(0, 0, "Enquête 2006")
for column, name in enumerate(("k", "q", "n", "d", "t", "r")):
    sheet.write(1, column, name)
for i in range(40):
    cells = (f"Q{i}", i % 2 + 1, i / 2, dt.date(2006, 11, 17), "été; « là »\nfin" if i % 3 == 0 else "", i)
    for column, value in enumerate(cells):
        sheet.write(2 + i, column, value, day if column == 3 else xlwt.Style.default_style)
book.add_sheet("Codes").write(0, 0, "oui")
book.save(sys.argv[1])
