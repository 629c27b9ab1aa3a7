"""Rule subjects: the things that a rule is about, from the names that it states."""

from collections.abc import Iterable, Mapping

from domain.account_moment import AccountMoment
from domain.alerts import SubjectKey
from domain.money import is_money
from domain.rule_terms import Subject
from domain.rules import EVERY, HELD, WATCHED, RuleDefinition
from domain.snapshot import Account


def subjects_of_account(
    kind: Subject,
    definition: RuleDefinition,
    moment: AccountMoment,
    watched: Iterable[str],
    *,
    only_ended: bool = False,
) -> tuple[SubjectKey, ...]:
    """The subjects of a kind in an account at a refresh. `watched` are symbols on the owner's watchlist.

    `only_ended` leaves out open orders.
    """
    account = moment.snapshot.account
    if definition.accounts and account.name not in definition.accounts:
        return ()
    names = _names(kind, moment, account, only_ended=only_ended)
    chosen = set(definition.subjects) | (set(watched) if WATCHED in definition.subjects else set())
    is_named = bool(set(definition.subjects) - {HELD, EVERY, WATCHED})
    is_all = bool({HELD, EVERY} & set(definition.subjects))
    if kind is Subject.ACCOUNT or (kind is Subject.SOURCE and not is_named):
        is_all = True
    return tuple(
        SubjectKey(kind, account.name, name) for name, aliases in sorted(names.items()) if is_all or chosen & aliases
    )


def market_of_subject(subject: SubjectKey, moment: AccountMoment) -> str | None:
    """The symbol whose candles and prices a subject uses. None without one."""
    match subject.kind:
        case Subject.HOLDING:
            return moment.market_of(subject.name)
        case Subject.POSITION:
            position = moment.positions.get(subject.name)
            return None if position is None else position.symbol
        case Subject.ORDER:
            return subject.name.split(" ", 1)[0]
        case _:
            return None


def _names(kind: Subject, moment: AccountMoment, account: Account, *, only_ended: bool) -> Mapping[str, frozenset[str]]:
    """The names of all subjects of a kind, each with the words that choose it."""
    match kind:
        case Subject.ACCOUNT:
            return {"": frozenset()}
        case Subject.HOLDING:
            coins = [coin for coin, quantity in moment.held.items() if quantity and not is_money(coin)]
            return {coin: frozenset((coin, moment.market_of(coin) or coin)) for coin in coins}
        case Subject.POSITION:
            return {key: frozenset((key, position.symbol)) for key, position in moment.positions.items()}
        case Subject.ORDER:
            orders = {name: end.order for name, end in moment.ends_by_name.items()}
            if not only_ended:
                orders |= moment.orders
            return {name: frozenset((name, order.symbol, order.key)) for name, order in orders.items()}
        case Subject.SOURCE:
            return {str(source): frozenset((str(source),)) for source in account.sources}
        case Subject.MARKET:
            return {}
