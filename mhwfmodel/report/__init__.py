"""Reports: one HTML page for a board, a workbook for Excel, and two plans side by side."""

from __future__ import annotations

from mhwfmodel.report.comparison import ComparisonRow, comparison_rows, write_comparison
from mhwfmodel.report.page import write_report
from mhwfmodel.report.workbook import write_workbook

__all__ = ["ComparisonRow", "comparison_rows", "write_comparison", "write_report", "write_workbook"]
