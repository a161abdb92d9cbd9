from __future__ import annotations

import pytest

from views import markup


def test_press_text_is_never_markup() -> None:
    assert markup.text("<script>alert('1')</script> & \"x\"") == (
        "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt; &amp; &quot;x&quot;"
    )


def test_marks_that_turn_the_writing_are_dropped() -> None:
    assert markup.text("a\u202eb\u2066c\x00d") == "abcd"


def test_matches_are_marked_and_always_closed() -> None:
    assert markup.matched("des \ue000urgences\ue001 <b>") == "des <mark>urgences</mark> &lt;b&gt;"
    assert markup.matched("\ue000a \ue000b") == "<mark>a b</mark>"
    assert markup.matched("a\ue001b") == "ab"


def test_a_mention_is_found_whatever_its_accents_and_apostrophes() -> None:
    assert markup.highlighted("Les Urgences de l’hôpital", ["urgences", "l'hopital"]) == (
        "Les <strong>Urgences</strong> de <strong>l’hôpital</strong>"
    )


def test_a_mention_inside_a_word_is_not_one_and_overlaps_do_not_break() -> None:
    assert markup.highlighted("les ISO et l’IS", ["IS"]) == "les ISO et l’<strong>IS</strong>"
    assert markup.highlighted("bloc opératoire", ["bloc opératoire", "opératoire", None, ""]) == (
        "<strong>bloc opératoire</strong>"
    )


@pytest.mark.parametrize(
    "text", ["![i](http://x.example/p.png)", "[a](javascript:b)", ":material/home:", "$x$", "# a", "1. a", "- a"]
)
def test_markdown_of_the_press_means_nothing(text: str) -> None:
    escaped = markup.markdown(text)
    assert escaped.replace("\\", "") == text
    for sign in "[]:$":
        assert escaped.count(sign) == escaped.count(f"\\{sign}")
    assert not escaped.startswith("#")


def test_words_that_mean_nothing_in_markdown_are_left_as_they_are() -> None:
    label = "Déni de service (DDoS), n° 1 ! 12 % l’après-midi"
    assert markup.markdown(label) == label


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//host/x", "http://", "/relative", "http://[bad", " "]
)
def test_a_link_leads_to_the_web_or_nowhere(url: str) -> None:
    assert markup.web_address(url) is None
    assert "<a" not in markup.outward(url, "lire")


def test_a_link_outward_opens_a_tab_that_knows_nothing_of_us() -> None:
    link = markup.outward("https://journal.example/a?b='c", "Lire <b>")
    assert 'target="_blank" rel="noopener noreferrer"' in link
    assert 'href="https://journal.example/a?b=&#x27;c"' in link
    assert "Lire &lt;b&gt;" in link
