"""What is due, for whom, who covers for whom, and the local targets."""

from django.urls import path

from placements.views import covers, handover, targets, worklist

urlpatterns = [
    path("att-gora/", worklist.worklist, name="worklist"),
    path("att-gora/utdrag.csv", worklist.worklist_export, name="worklist_export"),
    path("att-gora/lamna-over/", handover.reassign, name="reassign"),
    path("ersattare/", covers.covers, name="covers"),
    path("ersattare/<uuid:uid>/avsluta/", covers.cover_end, name="cover_end"),
    path("malnivaer/", targets.targets, name="targets"),
    path("malnivaer/<slug:place>/<slug:code>/", targets.target, name="target"),
]
