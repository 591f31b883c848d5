"""A personal value: checked on its way in, never shown by accident, and told of one person."""

import pytest
from pydantic import BaseModel, ValidationError

from domain.personal import Iban, IdentityCode, Personal
from domain.store.sealing import open_sealed, seal


class Person(BaseModel):
    code: IdentityCode
    account: Iban


RIGHT = {"code": "131052-308T", "account": "FI21 1234 5600 0007 85"}


def test_an_identity_code_and_an_account_are_checked_and_kept_without_spaces() -> None:
    person = Person.model_validate(RIGHT)
    assert person.model_dump(mode="json", context={"plain": True}) == {
        "code": "131052-308T",
        "account": "FI2112345600000785",
    }
    assert (person.code.subject, person.account.subject) == ("contact", "account")


@pytest.mark.parametrize("wrong", [{"code": "131052-308U"}, {"account": "FI21 1234 5600 0007 86"}])
def test_a_wrong_one_is_refused_in_words_that_do_not_repeat_it(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Person.model_validate(RIGHT | wrong)
    said = [each["msg"] for each in refused.value.errors()]
    assert len(said) == 1
    assert next(iter(wrong.values())) not in said[0]


def test_an_identity_code_is_sealed_in_what_is_stored_and_a_plain_one_cannot_be_written() -> None:
    person, key = Person.model_validate(RIGHT), b"k" * 32
    with pytest.raises(ValueError, match="seal it first"):
        person.model_dump_json()
    stored = person.model_dump_json(context={"seal": lambda value: seal(value, "key-1", key, "498/case/1")})
    assert "131052-308T" not in stored
    assert "FI2112345600000785" not in stored
    again = Person.model_validate_json(stored, context={"stored": True})
    assert open_sealed(again.code, key, "498/case/1") == "131052-308T"


def test_a_personal_value_shows_whom_it_is_about_and_nothing_else() -> None:
    assert (
        f"{Personal('Maija', subject='contact')!r} {Personal('Maija')}"
        == "Personal(contact) Personal(someone)"
    )
