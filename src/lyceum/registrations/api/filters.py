"""How lists of registrations are narrowed."""

import django_filters as filters
from django.db.models import QuerySet

from lyceum.core.api.filters import BooleanFilter, FilterSet, MomentFilter
from lyceum.registrations.models import Registration


class RegistrationFilter(FilterSet):
    """The filters of an organizer's list."""

    status = filters.ChoiceFilter(choices=Registration.Status.choices, help_text="The registration's state.")
    # Annotated by the selector: false for who has no attendance yet.
    attended = BooleanFilter(help_text="Whether the person was there; false also while nothing is known.")
    certificate_issued = BooleanFilter(help_text="Whether a certificate stands for it.")
    name_missing = BooleanFilter(
        method="filter_name_missing", help_text="Whether there is no name to print on a certificate."
    )
    registration_source = filters.ChoiceFilter(
        field_name="source", choices=Registration.Source.choices, help_text="How the person came to be registered."
    )
    registered_after = MomentFilter(
        field_name="registered_at", lookup_expr="gte", help_text="Registered at this moment or later."
    )
    registered_before = MomentFilter(
        field_name="registered_at", lookup_expr="lte", help_text="Registered at this moment or earlier."
    )
    checked_in = BooleanFilter(
        field_name="attendance__checked_in_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="Whether the person has checked in.",
    )

    class Meta:
        model = Registration
        fields = ["status", "certificate_issued"]

    def filter_name_missing(self, queryset: QuerySet[Registration], name: str, value: bool) -> QuerySet[Registration]:
        """Keep those who have to be asked for their name, or the others."""
        nameless = Registration.objects.nameless().order_by().values("pk")
        return queryset.filter(pk__in=nameless) if value else queryset.exclude(pk__in=nameless)


class MyRegistrationFilter(FilterSet):
    """The filters of one's own list."""

    status = filters.ChoiceFilter(choices=Registration.Status.choices, help_text="The registration's state.")
    upcoming = BooleanFilter(
        method="filter_upcoming", help_text="true: events that aren't over; false: those that are."
    )

    class Meta:
        model = Registration
        fields = ["status"]

    def filter_upcoming(self, queryset: QuerySet[Registration], name: str, value: bool) -> QuerySet[Registration]:
        """Keep what is still to come, or what is over."""
        at = self.request.parser_context["view"].at
        return queryset.filter(event__ends_at__gt=at) if value else queryset.filter(event__ends_at__lte=at)
