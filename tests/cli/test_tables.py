"""Tables on narrow and wide screens: no word is broken, nothing is cut, what matters least gives way first."""

import pytest

from app.cli.tables import Fit, by_rows, fit, wrapped

HEADS = ["Số", "Họ tên, tên gọi", "Đơn vị", "Tình trạng"]
ROW = ["HS-0334", "Tập thể lãnh đạo Ban Quản lý dự án đầu tư xây dựng", "BQLDA", "đã quyết định xếp loại"]
TABLE = [HEADS, ROW]


def taken(laid: Fit) -> int:
    return sum(laid.widths) + 2 * len(laid.widths) + 1


def test_a_table_with_room_is_as_wide_as_its_cells():
    laid = fit(TABLE, 200)
    assert laid is not None
    assert laid.widths == (7, len(ROW[1]), 6, len(ROW[3]))


@pytest.mark.parametrize("width", [120, 80, 60])
def test_a_table_fits_and_no_column_is_narrower_than_its_longest_word(width: int):
    laid = fit(TABLE, width)
    assert laid is not None
    assert taken(laid) <= width
    for at, wide in zip(laid.columns, laid.widths, strict=True):
        assert wide >= max(len(word) for row in TABLE for word in row[at].split())


def test_the_least_important_column_goes_first_and_an_empty_one_before_it():
    table = [["A", "B", "C"], ["aaaaaaaaaa", "", "cccccccccc"]]
    laid = fit(table, 26, least=[2, 1])
    assert laid is not None
    assert laid.columns == (0, 2)
    laid = fit(table, 14, least=[2, 1])
    assert laid is not None
    assert laid.columns == (0,)


def test_a_table_that_cannot_fit_is_told_row_by_row():
    table = [["Khóa", "Mã"], ["a" * 40, "b" * 40]]
    assert fit(table, 60) is None
    assert by_rows(table, 60) == [f"Khóa: {'a' * 40}", f"Mã: {'b' * 40}"]


def test_a_row_that_would_be_a_column_of_single_words_is_not_drawn():
    table = [["Quy định", "Nội dung", "Cách hiểu"], ["R-1", "một hai ba bốn năm sáu " * 5, "bảy tám chín mười " * 9]]
    assert fit(table, 40) is None
    assert fit(table, 110) is not None


def test_rows_that_stand_alone_are_told_apart_and_leave_out_what_is_empty():
    assert by_rows([["A", "B"], ["1", ""], ["2", "x"]], 60) == ["A: 1", "", "A: 2", "B: x"]


def test_lines_break_between_words_only():
    assert wrapped("NT11-1g-2-associations và UBND-VXNV", 12) == ["NT11-1g-2-associations", "và UBND-VXNV"]
    assert wrapped("", 10) == [""]
