"""The names of a closed tax year in SQL, the same for reading and writing."""

from domain.tax_entries import TaxYearName

NAMED = "account_id = :account_id AND year = :year AND zone = :zone AND currency = :currency AND method = :method"


def name_parameters(name: TaxYearName) -> dict[str, object]:
    """The parameters of NAMED."""
    return {
        "account_id": name.account_id,
        "year": name.year,
        "zone": name.zone,
        "currency": name.currency,
        "method": name.method.value,
    }
