--- The letters of Latin script with marks: what each is made of, and what stands
-- in for the few that are not a letter with a mark. Data only.
-- Source: the canonical decompositions of the Unicode Character Database for
-- U+00C0 to U+024F and U+1E00 to U+1EFF, which hold the letters of Welsh, Gaelic,
-- Irish, Polish and all else in Europe's Latin alphabets, and of Vietnamese.

return {
    --- By combining mark: each letter without it, followed by the letter with it.
    marks = {
        ["\u{0300}"] = -- grave accent
            "AÀ EÈ IÌ OÒ UÙ aà eè iì oò uù ÜǛ üǜ NǸ nǹ ĒḔ ēḕ ŌṐ ōṑ WẀ wẁ ÂẦ âầ " ..
            "ĂẰ ăằ ÊỀ êề ÔỒ ôồ ƠỜ ơờ ƯỪ ưừ YỲ yỳ",
        ["\u{0301}"] = -- acute accent
            "AÁ EÉ IÍ OÓ UÚ YÝ aá eé ií oó uú yý CĆ cć LĹ lĺ NŃ nń RŔ rŕ SŚ sś " ..
            "ZŹ zź ÜǗ üǘ GǴ gǵ ÅǺ åǻ ÆǼ æǽ ØǾ øǿ ÇḈ çḉ ĒḖ ēḗ ÏḮ ïḯ KḰ kḱ MḾ mḿ " ..
            "ÕṌ õṍ ŌṒ ōṓ PṔ pṕ ŨṸ ũṹ WẂ wẃ ÂẤ âấ ĂẮ ăắ ÊẾ êế ÔỐ ôố ƠỚ ơớ ƯỨ ưứ",
        ["\u{0302}"] = -- circumflex accent
            "AÂ EÊ IÎ OÔ UÛ aâ eê iî oô uû CĈ cĉ GĜ gĝ HĤ hĥ JĴ jĵ SŜ sŝ WŴ wŵ " ..
            "YŶ yŷ ZẐ zẑ ẠẬ ạậ ẸỆ ẹệ ỌỘ ọộ",
        ["\u{0303}"] = -- tilde
            "AÃ NÑ OÕ aã nñ oõ IĨ iĩ UŨ uũ VṼ vṽ ÂẪ âẫ ĂẴ ăẵ EẼ eẽ ÊỄ êễ ÔỖ ôỗ " ..
            "ƠỠ ơỡ ƯỮ ưữ YỸ yỹ",
        ["\u{0308}"] = -- diaeresis
            "AÄ EË IÏ OÖ UÜ aä eë iï oö uü yÿ YŸ HḦ hḧ ÕṎ õṏ ŪṺ ūṻ WẄ wẅ XẌ xẍ " ..
            "tẗ",
        ["\u{030A}"] = -- ring above
            "AÅ aå UŮ uů wẘ yẙ",
        ["\u{0327}"] = -- cedilla
            "CÇ cç GĢ gģ KĶ kķ LĻ lļ NŅ nņ RŖ rŗ SŞ sş TŢ tţ EȨ eȩ DḐ dḑ HḨ hḩ",
        ["\u{0304}"] = -- macron
            "AĀ aā EĒ eē IĪ iī OŌ oō UŪ uū ÜǕ üǖ ÄǞ äǟ ȦǠ ȧǡ ÆǢ æǣ ǪǬ ǫǭ ÖȪ öȫ " ..
            "ÕȬ õȭ ȮȰ ȯȱ YȲ yȳ GḠ gḡ ḶḸ ḷḹ ṚṜ ṛṝ",
        ["\u{0306}"] = -- breve
            "AĂ aă EĔ eĕ GĞ gğ IĬ iĭ OŎ oŏ UŬ uŭ ȨḜ ȩḝ ẠẶ ạặ",
        ["\u{0328}"] = -- ogonek
            "AĄ aą EĘ eę IĮ iį UŲ uų OǪ oǫ",
        ["\u{0307}"] = -- dot above
            "CĊ cċ EĖ eė GĠ gġ Iİ ZŻ zż AȦ aȧ OȮ oȯ BḂ bḃ DḊ dḋ FḞ fḟ HḢ hḣ MṀ " ..
            "mṁ NṄ nṅ PṖ pṗ RṘ rṙ SṠ sṡ ŚṤ śṥ ŠṦ šṧ ṢṨ ṣṩ TṪ tṫ WẆ wẇ XẊ xẋ YẎ " ..
            "yẏ ſẛ",
        ["\u{030C}"] = -- caron
            "CČ cč DĎ dď EĚ eě LĽ lľ NŇ nň RŘ rř SŠ sš TŤ tť ZŽ zž AǍ aǎ IǏ iǐ " ..
            "OǑ oǒ UǓ uǔ ÜǙ üǚ GǦ gǧ KǨ kǩ ƷǮ ʒǯ jǰ HȞ hȟ",
        ["\u{030B}"] = -- double acute accent
            "OŐ oő UŰ uű",
        ["\u{031B}"] = -- horn
            "OƠ oơ UƯ uư",
        ["\u{030F}"] = -- double grave accent
            "AȀ aȁ EȄ eȅ IȈ iȉ OȌ oȍ RȐ rȑ UȔ uȕ",
        ["\u{0311}"] = -- inverted breve
            "AȂ aȃ EȆ eȇ IȊ iȋ OȎ oȏ RȒ rȓ UȖ uȗ",
        ["\u{0326}"] = -- comma below
            "SȘ sș TȚ tț",
        ["\u{0325}"] = -- ring below
            "AḀ aḁ",
        ["\u{0323}"] = -- dot below
            "BḄ bḅ DḌ dḍ HḤ hḥ KḲ kḳ LḶ lḷ MṂ mṃ NṆ nṇ RṚ rṛ SṢ sṣ TṬ tṭ VṾ vṿ " ..
            "WẈ wẉ ZẒ zẓ AẠ aạ EẸ eẹ IỊ iị OỌ oọ ƠỢ ơợ UỤ uụ ƯỰ ưự YỴ yỵ",
        ["\u{0331}"] = -- macron below
            "BḆ bḇ DḎ dḏ KḴ kḵ LḺ lḻ NṈ nṉ RṞ rṟ TṮ tṯ ZẔ zẕ hẖ",
        ["\u{032D}"] = -- circumflex accent below
            "DḒ dḓ EḘ eḙ LḼ lḽ NṊ nṋ TṰ tṱ UṶ uṷ",
        ["\u{0330}"] = -- tilde below
            "EḚ eḛ IḬ iḭ UṴ uṵ",
        ["\u{032E}"] = -- breve below
            "HḪ hḫ",
        ["\u{0324}"] = -- diaeresis below
            "UṲ uṳ",
        ["\u{0309}"] = -- hook above
            "AẢ aả ÂẨ âẩ ĂẲ ăẳ EẺ eẻ ÊỂ êể IỈ iỉ OỎ oỏ ÔỔ ôổ ƠỞ ơở UỦ uủ ƯỬ ưử " ..
            "YỶ yỷ",
    },

    --- Letters that have no marks to leave out.
    others = {
        ["Æ"] = "AE", ["æ"] = "ae", ["Œ"] = "OE", ["œ"] = "oe", ["ß"] = "ss",
        ["ẞ"] = "SS", ["Ø"] = "O", ["ø"] = "o", ["Ł"] = "L", ["ł"] = "l",
        ["Đ"] = "D", ["đ"] = "d", ["Ð"] = "D", ["ð"] = "d", ["Þ"] = "TH",
        ["þ"] = "th", ["Ħ"] = "H", ["ħ"] = "h", ["Ŧ"] = "T", ["ŧ"] = "t",
        ["Ŋ"] = "N", ["ŋ"] = "n", ["ı"] = "i", ["Ə"] = "A", ["ə"] = "a",
        ["Ʒ"] = "Z", ["ʒ"] = "z", ["ſ"] = "s",
    },

    --- Apostrophes, hyphens and blanks, and the plain one for each.
    signs = {
        ["’"] = "'", ["‘"] = "'", ["ʼ"] = "'", ["ʻ"] = "'", ["`"] = "'",
        ["´"] = "'", ["′"] = "'", ["‐"] = "-", ["‑"] = "-", ["‒"] = "-",
        ["–"] = "-", ["—"] = "-", ["−"] = "-", ["\u{A0}"] = " ",
    },
}
