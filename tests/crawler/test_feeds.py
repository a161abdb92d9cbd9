import gzip
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crawler.feeds import Entry, FeedError, read_feed

BASE = "https://a.fr/rss"
NOON = datetime(2022, 1, 7, 12, tzinfo=UTC)
RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><item>
<title>L&#039;h&ocirc;pital &amp;amp; la clinique</title><link>https://a.fr/x?utm_source=rss</link>
<pubDate>Fri, 07 Jan 2022 12:00:00 GMT</pubDate><description><![CDATA[<p>Un <b>mot</b>&nbsp;bref</p>]]></description>
</item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Titre</title>
<link rel="self" href="https://a.fr/self"/><link rel="alternate" href="/x"/>
<updated>2022-01-08T12:00:00Z</updated><published>2022-01-07T12:00:00Z</published><summary>Bref</summary></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://a.fr/x"><title>Titre</title>
<link>https://a.fr/x</link><dc:date>2022-01-07T12:00:00Z</dc:date><description>Bref</description></item></rdf:RDF>"""
JSON = """{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"https://a.fr/x","title":"Titre",
"date_published":"2022-01-07T12:00:00Z","content_html":"<p>Bref</p>"}]}"""
NEWS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://a.fr/x</loc><lastmod>2022-02-02</lastmod><n:news><n:publication_date>2022-01-07T12:00:00Z</n:publication_date>
<n:title>Titre</n:title></n:news></url><url><loc>https://a.fr/y</loc><lastmod>2022-02-02</lastmod></url></urlset>"""


def test_rss_gives_plain_titles_and_summaries_and_clean_addresses():
    assert read_feed(RSS.encode(), BASE).entries == (
        Entry("https://a.fr/x", "L'hôpital & la clinique", NOON, "Un mot bref"),
    )


@pytest.mark.parametrize("feed", [ATOM, RDF, JSON])
def test_atom_rdf_and_json_feed_give_the_same_entry(feed: str):
    (entry,) = read_feed(feed.encode(), BASE).entries
    assert replace(entry, changed=None) == Entry("https://a.fr/x", "Titre", NOON, "Bref")


def test_a_news_sitemap_prefers_the_day_of_publication_to_that_of_change():
    entries = read_feed(gzip.compress(NEWS.encode()), "https://a.fr/news.xml.gz").entries
    later = date(2022, 2, 2)
    assert entries == (
        Entry("https://a.fr/x", "Titre", NOON, changed=later),
        Entry("https://a.fr/y", None, later, changed=later),
    )


def test_an_entrys_last_change_is_told_apart_from_its_publication():
    (entry,) = read_feed(ATOM.encode(), BASE).entries
    assert entry.changed == NOON.replace(day=8)
    (same,) = read_feed(ATOM.replace("2022-01-08", "2022-01-07").encode(), BASE).entries
    assert same.changed is None


def test_a_sitemap_index_gives_its_sitemaps():
    index = "<sitemapindex><sitemap><loc>/s1.xml</loc><lastmod>2022-01-07</lastmod></sitemap></sitemapindex>"
    assert read_feed(index.encode(), "https://a.fr/i.xml").children == (("https://a.fr/s1.xml", date(2022, 1, 7)),)


def test_broken_xml_gives_what_can_be_recovered_and_says_so():
    cut = RSS.replace("</channel></rss>", "<item><title>Foo & bar</title><link>https://a.fr/z</link></item><item><ti")
    feed = read_feed(cut.encode(), BASE)
    assert [(entry.url, entry.title) for entry in feed.entries] == [
        ("https://a.fr/x", "L'hôpital & la clinique"),
        ("https://a.fr/z", "Foo & bar"),
    ]
    assert feed.fault
    assert feed.fault.startswith("XML invalide, ligne")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "flux vide"),
        (b"<!doctype html><html><body>Bonjour", "une page web au lieu d'un flux"),
        (b"<svg><g/></svg>", "ni flux ni plan de site"),
        (b"bonjour", "XML invalide"),
        (b'{"items": 3}', "JSON sans liste"),
        (b'{"items": [', "JSON invalide"),
        (b"\x1f\x8bnon", "gzip illisible"),
        (gzip.compress(b" " * 60_000_000, mtime=0), "trop gros"),
    ],
)
def test_what_is_no_feed_is_told_with_a_reason(body: bytes, reason: str):
    with pytest.raises(FeedError, match=reason):
        read_feed(body, BASE)


def test_entities_neither_grow_nor_read_files():
    evil = """<!DOCTYPE rss [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>"""
    feed = read_feed((evil + RSS.partition("?>")[2].replace("Un ", "&b;&f; ")).encode(), BASE)
    assert feed.entries
    assert "aaaa" not in (feed.entries[0].summary or "")
    assert "aaaa" not in (feed.entries[0].title or "")


@pytest.mark.parametrize("odd", ["&#55296;", "&#xD800;", "&#0;", "&#x110000;", "&#99999999;", "\x08", "&eacute", "&"])
def test_characters_that_xml_does_not_know_are_no_hindrance(odd: str):
    (entry,) = read_feed(RSS.replace("<title>", f"<title>{odd}").encode(), BASE).entries
    assert entry.title
    entry.title.encode()


def test_a_prefix_that_was_not_declared_is_no_hindrance():
    feed = read_feed(RSS.replace("pubDate", "dc:date").encode(), BASE)
    assert [entry.published for entry in feed.entries] == [NOON]
    assert feed.fault


def test_an_entry_without_an_address_is_counted():
    feed = read_feed(RSS.replace("</channel>", "<item><title>Sans lien</title></item></channel>").encode(), BASE)
    assert len(feed.entries) == 1
    assert feed.fault == "1 entrée(s) sans adresse utilisable"
