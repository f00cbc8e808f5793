"""Every sentence that an `ExpressionError` can say, by its code: what is wrong, then what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        # the text as such
        "empty": "There is nothing here; write true if everybody may serve.",
        "too_long": "The expression has {length} characters; at most {limit} are allowed.",
        "too_long_written_out": "With its spaces written out the expression has {length} characters; "
        "at most {limit} are allowed.",
        "too_deep": "Parentheses and NOT are nested more than {limit} deep here; split the expression into steps.",
        # characters
        "character": "The character {found} has no meaning here; texts stand in quotes.",
        "foreign": "{found} is not a sign of this language; write {ours} instead.",
        "escape": r"After a backslash one of \" \' \\ \n \t \r or \u with four hexadecimal digits is expected.",
        "open_text": "This text does not end; {quote} is expected before the end of the line.",
        "number_too_large": "This number is too large; at most 15 digits before the point are allowed.",
        # grammar
        "expected_test": "A test is expected here, such as skill.german >= 2, but {found} stands there.",
        "expected_operand": "Something to compare with is expected here (a field, a text in quotes, a number, "
        "true, false or a list), but {found} stands there.",
        "expected_comparison": "A comparison is expected after {what}: = != < <= > >= in or not in.",
        "expected_end": "AND, OR or the end is expected here, but {found} stands there.",
        "expected_closing": "{sign} is expected here, but {found} stands there.",
        "expected_separator": "A comma or ] is expected here, but {found} stands there.",
        "expected_name": 'A name is expected here, as in {source}.{example} or {source}["{example}"], '
        "but {found} stands there.",
        "expected_member": "A text in quotes or a number is expected here, but {found} stands there.",
        "expected_field": "has( ) asks for one field, such as has(contact.subject), but {found} stands there.",
        "expected_in": "After NOT inside a comparison only in is expected, but {found} stands there.",
        "chained": "A comparison has two sides; join two of them with AND, as in a >= 1 AND a <= 3.",
        "empty_list": "This list is empty, so nothing is ever in it; write at least one entry.",
        "list_too_long": "This list has more than {limit} entries; that is the most a list may have.",
        # names
        "unknown_word": "{word} is not a field; fields begin with contact, customer, agent or skill.{hint}",
        "unquoted": '{word} is not a field; if the text is meant, write "{word}" in quotes.{hint}',
        "incomplete": "{source} alone is not a field; a name is expected after it, as in {source}.{example}.",
        "unknown_field": "There is no field {field}.{hint}",
        "unknown_skill": "There is no skill {field}.{hint}",
        "customer_name": "Plans cannot read a customer's name; tier, language, owner and attributes can be read.",
        "agent_skills": "The skills of an agent are tested one by one, as in skill.german >= 2.",
        # types
        "not_a_flag": "{field} is a {kind}; alone it says neither yes nor no. Compare it, or write has({field}).",
        "order": "{operator} compares numbers or levels, but {what} is a {kind}.",
        "kinds": "{left} is a {left_kind} and {right} a {right_kind}; the two cannot be compared.",
        "list_equals": '{operator} does not compare lists; use in, as in "en" in agent.languages.',
        "list_in": "A list cannot be in a list; the left side of in is a single value.",
        "not_a_list": 'The right side of in is a list, such as ["a", "b"] or agent.languages, but {what} is a {kind}.',
        "member_kind": "The entries of this list are compared with {left}, which is a {left_kind}, but {what} is a "
        "{kind}.",
        "level": "A level is a whole number from 1 to 5, not {found}.",
        "empty_text": "An empty text counts as not there; test with has(…) or NOT has(…) instead.",
        "two_constants": "This compares two fixed values; at least one side must be a field.",
    }
)
