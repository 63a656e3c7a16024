-- What both renderers do to a report beyond Quarto's own: quotation marks, table headers, key figures, notes.
-- Named under `filters:` in _quarto.yml, so that a plain `quarto render` gives the same document. The embedded renderer
-- has signs in the place of numbers, plain words and rows of one form (pipeline/publish/render/spans.py, passages.py and
-- rows.py): a filter that looks for words does not find them there.

local french = true
local typst = FORMAT:match("typst") ~= nil
local html = FORMAT:match("html") ~= nil
-- What a head without text heads, for those who hear the page.
local rows = nil

local slides = false

local function language(meta)
  local lang = meta.lang and pandoc.utils.stringify(meta.lang) or "fr"
  french = lang:sub(1, 2) == "fr"
  local words = meta.publication and meta.publication.words
  rows = words and words.rows and pandoc.utils.stringify(words.rows)
  local layout = meta.publication and meta.publication.layout
  slides = layout ~= nil and pandoc.utils.stringify(layout) == "slides"
end

-- Words that a slide holds, those that its title takes the place of, and a row of key figures.
local HELD, TITLE, KEY_FIGURES = 170, 60, 60

-- How many words a section of a slide takes; nil where it has a figure or a table, and fills a slide by itself.
local function length(blocks)
  local count, alone, key = 0, false, false
  pandoc.Blocks(blocks):walk({
    Str = function() count = count + 1 end,
    Div = function(div)
      key = key or div.classes:includes("key-figures")
    end,
    Figure = function() alone = true end,
    Image = function() alone = true end,
    Table = function() alone = true end,
  })
  return not alone and (key and KEY_FIGURES or count) or nil
end

-- A section begins a slide, unless it is short and what stands on the slide before leaves room for it.
local function share_slides(doc)
  if not slides then
    return nil
  end
  local sections, out, room = {}, pandoc.List(), HELD - TITLE
  for _, block in ipairs(doc.blocks) do
    if block.t == "Header" and block.level == 2 then
      sections[#sections + 1] = { head = block, body = pandoc.List() }
    elseif #sections > 0 then
      sections[#sections].body:insert(block)
    else
      out:insert(block)
    end
  end
  for _, section in ipairs(sections) do
    local needed = length(section.body)
    local goes_on = needed ~= nil and needed <= room
    -- the title has one section beside it
    room = #out > 0 and (goes_on and room or HELD) - (needed or HELD) or 0
    if goes_on then
      section.head.classes:insert("goes-on")
    elseif typst then
      out:insert(pandoc.RawBlock("typst", "#pagebreak(weak: true)"))
    end
    out:insert(section.head)
    out:extend(section.body)
  end
  doc.blocks = out
  return doc
end

-- « » in French, whatever the keyboard had; the same in HTML and PDF.
local function quoted(el)
  local open, close = "“", "”"
  if el.quotetype == "SingleQuote" then
    open, close = "‘", "’"
  elseif french then
    open, close = "«\u{a0}", "\u{a0}»"
  end
  local out = pandoc.List({ pandoc.Str(open) })
  out:extend(el.content)
  out:insert(pandoc.Str(close))
  return out
end

local function is_row_header(cell)
  local block = cell.contents[1]
  local first = block and block.content and block.content[1]
  return first ~= nil and first.t == "Span" and first.classes:includes("row-header")
end

-- What publish/render/row_headers.py looks for in a table whose first column heads its rows: a comment of Typst.
local heads_rows = pandoc.RawInline("typst", "/* row headers */")

-- A cell that opens with [label]{.row-header} heads its row; header cells say what they head.
local function table_headers(el)
  for _, row in ipairs(el.head.rows) do
    for _, cell in ipairs(row.cells) do
      cell.attributes.scope = "col"
      if rows and html and pandoc.utils.stringify(cell.contents) == "" then
        cell.contents = { pandoc.Plain({ pandoc.Span(rows, pandoc.Attr("", { "visually-hidden" })) }) }
      end
    end
  end
  for _, body in ipairs(el.bodies) do
    for _, row in ipairs(body.body) do
      local heads = 0
      for _, cell in ipairs(row.cells) do
        if not is_row_header(cell) then
          break
        end
        heads = heads + 1
        cell.attributes.scope = "row"
      end
      body.row_head_columns = math.max(body.row_head_columns, heads)
    end
    if typst and body.row_head_columns == 1 and el.head.rows[1] then
      el.head.rows[1].cells[1].contents:insert(1, pandoc.Plain({ heads_rows }))
    end
  end
  return el
end

local function wrapped(open, content, close)
  local out = pandoc.List({ pandoc.RawBlock("typst", open) })
  out:extend(content)
  out:insert(pandoc.RawBlock("typst", close))
  return out
end

-- What lies behind a figure unfolds on a page, behind a table are links alone; paper does not hold them.
local function behind(el)
  if not el.classes:includes("behind") then
    return nil
  end
  if not html then
    return {}
  end
  if el.classes:includes("of-table") then
    return nil
  end
  local summary = pandoc.Plain(pandoc.read(el.attributes["data-summary"] or "", "markdown").blocks[1].content)
  local out = pandoc.List({ pandoc.RawBlock("html", '<details class="behind">\n<summary>'), summary })
  out:insert(pandoc.RawBlock("html", "</summary>"))
  el = el:walk({
    Table = function(numbers)
      numbers.classes:insert("bare")
      return numbers
    end,
  })
  out:extend(el.content)
  out:insert(pandoc.RawBlock("html", "</details>"))
  return out
end

local boxes = { ["exhibit-note"] = "exhibit-note", ["lead"] = "lead", ["small"] = "small-print", ["columns-2"] = "two-columns", ["wide-table"] = "wide-table" }

-- A figure that is shown on little room is the one that is drawn for a phone.
local NARROW, LITTLE = "88mm", 120
local function narrow(image)
  local file, width = image.attributes["data-narrow"], tonumber((image.attributes.width or ""):match("^([%d.]+)mm$"))
  if file and width and width < LITTLE then
    image.src = file
    image.attributes.width = NARROW
    return image
  end
end

-- Blocks without the notes of their figures, and those notes, which typst_box wrapped before.
local function notes_apart(blocks)
  local notes = pandoc.List()
  local kept = pandoc.Div(blocks):walk({
    Blocks = function(list)
      local out, inside = pandoc.List(), false
      for _, block in ipairs(list) do
        local raw = block.t == "RawBlock" and block.text
        inside = inside or raw == "#exhibit-note["
        if inside then notes:insert(block) else out:insert(block) end
        inside = inside and raw ~= "]"
      end
      return out
    end,
  })
  return kept.content, notes
end

-- Text, then the figure it is about: side by side on a slide, one below the other elsewhere. On a slide the notes stand
-- below the text, so that the figure has all the height.
local function beside(el)
  local text, figure = pandoc.List({ el.content:remove(1) }), el.content
  if slides then
    local notes
    figure, notes = notes_apart(figure)
    text:insert(pandoc.RawBlock("typst", "#v(2mm)"))
    text:extend(notes)
  end
  local out = wrapped("#beside[", text, "][")
  out:extend(figure)
  out:insert(pandoc.RawBlock("typst", "]"))
  return out
end

local function typst_box(el)
  if el.classes:includes("beside") then
    return beside(el)
  end
  if el.classes:includes("key-figures") then
    return wrapped("#key-figures(", el.content, ")")
  end
  if el.classes:includes("key-figure") then
    return wrapped("[", el.content, "],")
  end
  if el.classes:includes("keep-together") then
    return wrapped("#block(breakable: false)[", el.content, "]")
  end
  for class, name in pairs(boxes) do
    if el.classes:includes(class) then
      return wrapped("#" .. name .. "[", el.content, "]")
    end
  end
end

-- what the classes of a span are called in the typesetting
local TYPST_SPANS = { { "measured", "measured" }, { "value", "key-value" } }

local function typst_span(el)
  for _, pair in ipairs(TYPST_SPANS) do
    if el.classes:includes(pair[1]) then
      local out = pandoc.List({ pandoc.RawInline("typst", "#" .. pair[2] .. "[") })
      out:extend(el.content)
      out:insert(pandoc.RawInline("typst", "]"))
      return out
    end
  end
end

return {
  { Meta = language },
  { Pandoc = share_slides },
  { Div = behind },
  { Quoted = quoted, Table = table_headers },
  typst and { Div = typst_box, Span = typst_span, Image = narrow } or {},
}
