"""Filters of certificate lists."""

import django_filters

from lyceum.certificates.models import Certificate
from lyceum.certificates.models.certificate import CertificateQuerySet
from lyceum.core.api.filters import BooleanFilter, FilterSet, MomentFilter


class CertificateFilter(FilterSet):
    """status, cpd_type, issued_after and issued_before."""

    status = django_filters.ChoiceFilter(choices=Certificate.Status.choices, help_text="The certificate's state.")
    cpd_type = django_filters.CharFilter(max_length=50, help_text="The credit type, in the same spelling.")
    issued_after = MomentFilter(field_name="issued_at", lookup_expr="gte", help_text="Issued at this moment or later.")
    issued_before = MomentFilter(
        field_name="issued_at", lookup_expr="lte", help_text="Issued at this moment or earlier."
    )

    class Meta:
        model = Certificate
        fields: tuple[str, ...] = ("status", "cpd_type")


class EventCertificateFilter(CertificateFilter):
    """And in_doubt, which is for the organizer."""

    in_doubt = BooleanFilter(
        method="keep_in_doubt",
        help_text="Certificates that stand, though a later correction of the attendance took their ground away. "
        "Nothing revokes them by itself.",
    )

    def keep_in_doubt(self, found: CertificateQuerySet, name: str, value: bool) -> CertificateQuerySet:
        """Keep what is in doubt, or everything else."""
        return found.in_doubt() if value else found.exclude(pk__in=found.in_doubt().order_by().values("pk"))
