"""Addresses of data quality."""

from django.urls import path

from vinculo.web.quality import admission, field, page, people

urlpatterns = [
    path("imports/<int:import_id>/admit/", admission.import_admit, name="import_admit"),
    path("quality/", page.quality, name="quality"),
    path("quality/export.csv", page.quality_csv, name="quality_csv"),
    path("quality/export.xlsx", page.quality_workbook, name="quality_workbook"),
    path("quality/measure/", page.quality_measure, name="quality_measure"),
    path("quality/<int:source_id>/<slug:field>/", field.quality_field, name="quality_field"),
    path("quality/<int:source_id>/<slug:field>/owner/", field.owner_set, name="quality_owner"),
    path("quality/<int:source_id>/<slug:field>/threshold/", field.threshold_set, name="quality_threshold"),
    path("quality/<int:source_id>/<slug:field>/shelf-life/", field.shelf_life_set, name="quality_shelf_life"),
    path("quality/<int:source_id>/<slug:field>/who/<slug:kind>/", people.quality_people, name="quality_people"),
]
