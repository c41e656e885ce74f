"""Spellings that are one word, and encodings that are no Unicode."""

import unicodedata

import pytest

from workbooks.legacy import Encoding, Legacy, recognise
from workbooks.lexicon import Choice, Lexicon
from workbooks.text import bare, clean, key, unescape


@pytest.mark.parametrize(
    "one, other",
    [
        ("Tỉnh ủy", "Tỉnh uỷ"),
        ("hòa", "hoà"),
        ("TỈNH  ỦY", "tỉnh ủy"),
        ("Khóa", "Khoá"),
        ("thúy", "thuý"),
        (unicodedata.normalize("NFD", "Thường vụ"), "Thường\u00a0vụ\u200b"),
        ("Cấp trưởng/cấp phó", "Cấp trưởng, cấp phó"),
    ],
)
def test_two_spellings_have_one_key(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize("one, other", [("hàng năm", "hằng năm"), ("Trưởng", "Trường"), ("Đan", "Dan"), ("ma", "mà")])
def test_two_words_have_two_keys(one, other):
    assert key(one) != key(other)


@pytest.mark.parametrize("one, other", [("hàng năm", "hằng năm"), ("Họ và tên (*)", "ho va ten"), ("Đơn vị", "DON-VI")])
def test_bare_letters_forget_marks_spaces_and_brackets(one, other):
    assert bare(one) == bare(other)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("  a\t b \n", "a b"),
        ("a\u00a0\u2007b", "a b"),
        ("a\u200bb\ufeff\u00ad\u202e", "ab"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("a\x00b\x07", "a b"),
        ("\ud800a", "a"),
        ("", ""),
    ],
)
def test_clean_text_is_what_people_see(text, expected):
    assert clean(text) == expected


@pytest.mark.parametrize("text, expected", [("a_x000D_b", "a\rb"), ("_x005F_x000D_", "_x000D_"), ("a_xyz_", "a_xyz_")])
def test_escaped_characters_are_put_back(text, expected):
    assert unescape(text) == expected


OLD = [
    (Encoding.TCVN3, "NguyÔn V¨n An", "Nguyễn Văn An"),
    (Encoding.TCVN3, "TrÇn ThÞ H\u00ad¬ng", "Trần Thị Hương"),
    (Encoding.TCVN3, "Së Néi vô", "Sở Nội vụ"),
    (Encoding.TCVN3, "Phã Gi¸m ®èc", "Phó Giám đốc"),
    (Encoding.TCVN3, "Chñ tÞch UBND tØnh", "Chủ tịch UBND tỉnh"),
    (Encoding.TCVN3, "§¬n vÞ", "Đơn vị"),
    (Encoding.VNI, "Nguyeãn Vaên An", "Nguyễn Văn An"),
    (Encoding.VNI, "Leâ Thò Höông", "Lê Thị Hương"),
    (Encoding.VNI, "Sôû Noäi vuï", "Sở Nội vụ"),
    (Encoding.VNI, "Phoù Giaùm ñoác", "Phó Giám đốc"),
    (Encoding.VNI, "TRÖÔÛNG PHOØNG", "TRƯỞNG PHÒNG"),
    (Encoding.VNI, "Ñôn vò", "Đơn vị"),
    (Encoding.MISREAD, "Nguyá»…n VÄƒn An", "Nguyễn Văn An"),
]


@pytest.mark.parametrize("encoding, text, guess", OLD)
def test_old_encodings_are_recognised_and_read(encoding, text, guess):
    assert recognise(text) == Legacy(encoding=encoding, guess=guess)


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Văn An",
        "LÊ HÀ",
        "Lê Thị Ý Nhi",
        "Phùng Thuý Hoà",
        "Chamaléa Bốc",
        "Chamaléa",
        "Y Bliêng Niê",
        "Điểu K'Ré",
        "Krông",
        "Müller",
        "Noël",
        "José Renée",
        "café naïve",
        "a × b",
        "25 °C, § 2, ®",
        "Hà Nội – Việt Nam",
        "plain",
        "",
        *(guess for _, _, guess in OLD),
    ],
)
def test_what_is_unicode_already_is_left_alone(text):
    assert recognise(text) is None
    assert recognise(unicodedata.normalize("NFD", text)) is None


TWO = Lexicon((Choice(value="a", vi="Hàng", en="Row"), Choice(value="b", vi="Hằng", en="Yearly", aliases=("✓",))))


@pytest.mark.parametrize(
    "text, value",
    [("hàng", "a"), ("HẰNG", "b"), ("hang", None), ("b", "b"), ("row", "a"), ("✓", "b"), ("?", None), ("", None)],
)
def test_a_word_without_marks_is_understood_only_where_one_choice_has_it(text, value):
    assert TWO.find(text) == value


@pytest.mark.parametrize("text, label", [("yearli", "Hằng"), ("rows", "Hàng"), ("zzz", None)])
def test_the_nearest_word_is_offered_by_its_label(text, label):
    assert TWO.nearest(text) == label


POSTS = Lexicon(
    (
        Choice(value="leadership", vi="Giữ chức vụ lãnh đạo", en="Holds a leading post"),
        Choice(value="staff", vi="Không giữ chức vụ", en="Holds no post"),
    )
)


@pytest.mark.parametrize(
    "text, label",
    [
        ("Không giữ chức vụ lãnh đạo", "Không giữ chức vụ"),
        ("khong giu chuc vu lanh dao", "Không giữ chức vụ"),
        ("Chưa giữ chức vụ gì", "Không giữ chức vụ"),
        ("Giữ chức vụ lãnh đạo sở", "Giữ chức vụ lãnh đạo"),
        ("holds no posts", "Không giữ chức vụ"),
    ],
)
def test_what_denies_is_never_taken_for_what_affirms(text, label):
    assert POSTS.nearest(text) == label
    affirmed = Lexicon(POSTS.choices[:1])
    assert affirmed.nearest(text) == (None if label.startswith("Không") else label)
