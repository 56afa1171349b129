"""Colours and measures of the look: the only place where a colour code is written.

Text colours reach 4.5:1 and control borders 3:1 on the grounds they are used on; a test holds that.
"""

import msgspec


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """One complete set of colours, each as `#RRGGBB`."""

    name: str
    dark: bool

    window: str
    surface: str
    row_alt: str
    selection: str
    hover: str
    border: str
    hairline: str
    control_border: str
    text: str
    text_secondary: str
    placeholder: str
    disabled: str
    primary: str
    primary_hover: str
    primary_pressed: str
    on_primary: str
    gold: str
    gold_ink: str
    gold_soft: str
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    success: str
    success_soft: str
    info: str
    info_soft: str

    nav: str
    nav_selected: str
    nav_hover: str
    nav_rule: str
    nav_text: str
    nav_text_strong: str
    nav_badge: str
    nav_gold: str
    on_nav_gold: str
    avatar: str

    scroll: str
    toast: str
    toast_text: str
    toast_action: str
    backdrop: str
    paper: str


LIGHT = Tokens(
    name="terang",
    dark=False,
    window="#F4F6F9",
    surface="#FFFFFF",
    row_alt="#F8FAFC",
    selection="#DCE8F7",
    hover="#EEF3F9",
    border="#D5DCE5",
    hairline="#E8ECF1",
    control_border="#7A8899",
    text="#1B2733",
    text_secondary="#4A5868",
    placeholder="#66727F",
    disabled="#98A3B0",
    primary="#1F4E8C",
    primary_hover="#1A4379",
    primary_pressed="#163A69",
    on_primary="#FFFFFF",
    gold="#9A6B12",
    gold_ink="#85590A",
    gold_soft="#FBF3E0",
    danger="#B3261E",
    danger_soft="#FDECEA",
    warning="#8A5A00",
    warning_soft="#FFF4DC",
    success="#1E6B3A",
    success_soft="#E6F4EA",
    info="#0B6A8F",
    info_soft="#E3F3F9",
    nav="#17365F",
    nav_selected="#274B7D",
    nav_hover="#1F4170",
    nav_rule="#375275",
    nav_text="#D6DFEB",
    nav_text_strong="#FFFFFF",
    nav_badge="#45648F",
    nav_gold="#D9B25E",
    on_nav_gold="#17263A",
    avatar="#2F5690",
    scroll="#B9C3CF",
    toast="#1B2733",
    toast_text="#F2F5F9",
    toast_action="#8FBBF5",
    backdrop="#EEF1F5",
    paper="#FFFFFF",
)

DARK = Tokens(
    name="gelap",
    dark=True,
    window="#12181F",
    surface="#1A222C",
    row_alt="#1F2934",
    selection="#27405F",
    hover="#222D39",
    border="#33404E",
    hairline="#27323E",
    control_border="#7C8CA0",
    text="#E8EDF3",
    text_secondary="#B4C0CE",
    placeholder="#8F9DAD",
    disabled="#66727F",
    primary="#7FB0F0",
    primary_hover="#95BEF4",
    primary_pressed="#6A9FE4",
    on_primary="#0B1B2E",
    gold="#E0B65A",
    gold_ink="#E0B65A",
    gold_soft="#332B19",
    danger="#F2978F",
    danger_soft="#3A1F1E",
    warning="#F0C36A",
    warning_soft="#38301C",
    success="#7FCF9A",
    success_soft="#1B3325",
    info="#7CC7E3",
    info_soft="#17313C",
    nav="#0D1420",
    nav_selected="#1E3350",
    nav_hover="#16263B",
    nav_rule="#2F353F",
    nav_text="#C3CEDB",
    nav_text_strong="#FFFFFF",
    nav_badge="#3D4F68",
    nav_gold="#D9B25E",
    on_nav_gold="#17263A",
    avatar="#2F5690",
    scroll="#4A5A6B",
    toast="#2B3947",
    toast_text="#F2F5F9",
    toast_action="#8FBBF5",
    backdrop="#192028",
    paper="#F3F1EC",
)

HIGH_CONTRAST = Tokens(
    name="kontras tinggi",
    dark=False,
    window="#FFFFFF",
    surface="#FFFFFF",
    row_alt="#FFFFFF",
    selection="#CFE3FF",
    hover="#E6F0FF",
    border="#000000",
    hairline="#6B6B6B",
    control_border="#000000",
    text="#000000",
    text_secondary="#1A1A1A",
    placeholder="#404040",
    disabled="#5C5C5C",
    primary="#00307A",
    primary_hover="#00245C",
    primary_pressed="#001A45",
    on_primary="#FFFFFF",
    gold="#6B4400",
    gold_ink="#6B4400",
    gold_soft="#FFFFFF",
    danger="#8F0000",
    danger_soft="#FFFFFF",
    warning="#5C3A00",
    warning_soft="#FFFFFF",
    success="#00461B",
    success_soft="#FFFFFF",
    info="#003F5C",
    info_soft="#FFFFFF",
    nav="#000000",
    nav_selected="#00307A",
    nav_hover="#00245C",
    nav_rule="#FFFFFF",
    nav_text="#FFFFFF",
    nav_text_strong="#FFFFFF",
    nav_badge="#303030",
    nav_gold="#FFD54A",
    on_nav_gold="#000000",
    avatar="#00307A",
    scroll="#4A4A4A",
    toast="#000000",
    toast_text="#FFFFFF",
    toast_action="#FFE08A",
    backdrop="#FFFFFF",
    paper="#FFFFFF",
)


class Measures(msgspec.Struct, frozen=True):
    """Sizes in logical pixels at 100 %; `Theme.px` scales them."""

    gap_tiny: int = 4
    gap_small: int = 8
    gap: int = 12
    gap_large: int = 16
    gap_section: int = 24
    radius: int = 6
    row: int = 28
    control: int = 32
    control_large: int = 40
    link: int = 20
    icon: int = 18
    icon_small: int = 16
    ring: int = 2
    ring_gap: int = 1
    nav: int = 184
    nav_collapsed: int = 48
    scroll_bar: int = 10


MEASURES = Measures()


def colours_of(tokens: Tokens) -> dict[str, str]:
    """Give every colour of `tokens` by its name, for a style template or a test."""
    return {name: getattr(tokens, name) for name in tokens.__struct_fields__ if name not in {"name", "dark"}}
