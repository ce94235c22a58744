"""Addresses of finance."""

from django.urls import path

from vinculo.web.programs.finance import budgets, closes, estimates, files, home, rates
from vinculo.web.programs.reports import views as reports

urlpatterns = [
    path("", home.money_page, name="program_money"),
    path("true-up/", estimates.estimate_list, name="program_estimates"),
    path("true-up/new/", estimates.estimate_new, name="program_estimate_new"),
    path("true-up/<int:estimate_id>/decide/", estimates.estimate_decide, name="program_estimate_decide"),
    path("rates/", rates.rate_list, name="program_rates"),
    path("rates/new/", rates.rate_new, name="program_rate_new"),
    path("books/", rates.books_change, name="program_books"),
    path("budgets/", budgets.budget_list, name="program_budgets"),
    path("budgets/new/", budgets.budget_new, name="program_budget_new"),
    path("closes/", closes.close_list, name="program_closes"),
    path("closes/new/", closes.close_new, name="program_close_new"),
    path("closes/verify/", closes.close_verify, name="program_close_verify"),
    path("closes/<int:close_id>/<str:name>/", closes.close_file, name="program_close_file"),
    path("tables/<str:table>.<str:form>", files.table_file, name="program_table_file"),
    path("journal.csv", closes.journal_csv, name="program_journal"),
    path("reports/<str:report>/", reports.report_page, name="program_report"),
    path("reports/<str:report>/<str:table>.<str:form>", reports.report_file, name="program_report_file"),
]
