"""Tables that people bring and take away: CSV and XLSX as rows of text, free headings matched to known fields.

with opened(file) as sheet:              # CSV or XLSX, told by its bytes; RuleBroken("sheet_…") when it cannot be read
    mapping = guessed(sheet.headings, FIELDS)
    for row in sheet:                    # streams: one row in memory
        row.number, row.cells            # as many cells as there are headings, each a text

Formulas are read as the values that were saved with them and never evaluated; what is written is defused.
"""

from shared.sheets.bounds import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Row, Sheet
from shared.sheets.headings import Field, guessed
from shared.sheets.reading import kind_of, opened
from shared.sheets.writing import csv_lines, csv_template, defused, fused, write_xlsx, xlsx_template

__all__ = [
    "LONGEST_CELL",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Field",
    "Row",
    "Sheet",
    "csv_lines",
    "csv_template",
    "defused",
    "fused",
    "guessed",
    "kind_of",
    "opened",
    "write_xlsx",
    "xlsx_template",
]
