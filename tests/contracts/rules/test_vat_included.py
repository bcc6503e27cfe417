from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.presets import load_preset
from contracts.rules.vat_included import NoExactNet, VatSplit, split_gross
from core.money import CENT, to_cents

RATES = ["20", "8.5", "0", "5.5", "2.1"]
gross_amounts = st.decimals(min_value="0.01", max_value="99999.99", places=2)


def split(gross: str, rate: str = "20") -> VatSplit:
    return split_gross(Decimal(gross), vat_rate=Decimal(rate), clause="Contrat, art. V").value


def test_the_price_of_the_contract() -> None:
    assert split("330.00") == VatSplit(Decimal("275.00"), Decimal("55.00"), Decimal("330.00"))


def test_a_price_without_exact_net_names_the_two_nearest() -> None:
    with pytest.raises(NoExactNet) as refusal:
        split("330.03")
    assert refusal.value.nearest == (Decimal("330.02"), Decimal("330.04"))
    assert refusal.value.field == "price"
    message = str(refusal.value).replace("\u00a0", " ")
    assert "330,02 €" in message
    assert "330,04 €" in message


def test_a_price_may_stop_working_when_the_rate_changes() -> None:
    assert split("330.16", "20").gross == Decimal("330.16")
    with pytest.raises(NoExactNet):
        split("330.16", "8.5")


@pytest.mark.parametrize("rate", RATES)
@given(net=gross_amounts)
def test_every_net_amount_is_found_again(rate: str, net: Decimal) -> None:
    vat = to_cents(net * Decimal(rate) / 100)
    found = split(str(net + vat), rate)
    assert (found.net, found.vat) == (net, vat)


@pytest.mark.parametrize("rate", RATES)
@given(gross=gross_amounts)
def test_the_amount_signed_never_drifts(rate: str, gross: Decimal) -> None:
    try:
        found = split(str(gross), rate)
    except NoExactNet as refusal:
        lower, higher = refusal.nearest
        assert lower < gross < higher
        assert higher - lower <= 3 * CENT
        for working in refusal.nearest:
            assert split(str(working), rate).gross == working
        return
    assert found.net + found.vat == gross
    assert found.vat == to_cents(found.net * Decimal(rate) / 100)


def test_the_real_price_of_the_preset_works_at_its_rate() -> None:
    preset = load_preset("si-sante")
    price = preset.offers["support"].terms.price
    assert price.includes_vat
    assert not price.sample
    assert price.annual is not None
    assert split(str(price.annual), str(preset.vat_rate)).net == Decimal("275.00")


def test_the_split_is_explained() -> None:
    answer = split_gross(Decimal("330.00"), vat_rate=Decimal(20), clause="Contrat, art. V")
    assert answer.reasons[0].rule == "P6"
    assert answer.reasons[0].formula.replace("\u00a0", " ") == (
        "330,00 € ÷ (1 + 20 %) = 275,00 € ; TVA 55,00 €"
    )
