"""Filters of certificate lists."""

import django_filters

from lyceum.certificates.models import Certificate
from lyceum.core.api.filters import FilterSet, MomentFilter


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
        fields = ("status", "cpd_type")
