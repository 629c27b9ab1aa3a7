"""Columns that the tables share, and the metadata that all tables belong to."""

from sqlalchemy import Column, DateTime, ForeignKey, Integer, MetaData, Numeric, Text, text
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

INFINITY = text("'infinity'::timestamptz")
NOW = text("now()")


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def money(name: str, *, nullable: bool = True) -> Column[object]:
    return Column(name, Numeric, nullable=nullable)


def account_id() -> Column[object]:
    return Column("account_id", Integer, ForeignKey("account.id", ondelete="CASCADE"), nullable=False)


def words(name: str, *, nullable: bool = False, type_: TypeEngine[str] | None = None) -> Column[object]:
    return Column(name, type_ or Text(), nullable=nullable)
