-- Numbers of sections, figures and tables, and the references to them, as Quarto writes them.

local defaults = {
  fr = { ["fig-title"] = "Figure", ["tbl-title"] = "Table", ["sec-prefix"] = "Section" },
  en = { ["fig-title"] = "Figure", ["tbl-title"] = "Table", ["sec-prefix"] = "Section" },
}
local options = {}
local numbered = false
local depth = 6
local cap_location = { fig = "bottom", tbl = "top" }
local NBSP = "\u{a0}"
local entries = {} -- label -> number
local counters = { fig = 0, tbl = 0 }
local sections = { 0, 0, 0, 0, 0, 0 }
local top = 6 -- the highest level of heading in the document

local function fail(problem, token)
  error("PUBLISH\t" .. problem .. "\t" .. token .. "\tEND")
end

local function text_of(value)
  return value and pandoc.utils.stringify(value) or nil
end

local function read_options(meta)
  local lang = text_of(meta.lang) or "en"
  options = defaults[lang:sub(1, 2)] or defaults.en
  options["title-delim"] = ":"
  for key, value in pairs(meta.crossref or {}) do
    options[key] = text_of(value)
  end
  options["fig-prefix"] = options["fig-prefix"] or options["fig-title"]
  options["tbl-prefix"] = options["tbl-prefix"] or options["tbl-title"]
  numbered = meta["number-sections"] == true
  depth = tonumber(text_of(meta["number-depth"]) or "6")
  cap_location.fig = text_of(meta["fig-cap-location"]) or "bottom"
  cap_location.tbl = text_of(meta["tbl-cap-location"]) or "top"
end

local function find_top(el)
  top = math.min(top, el.level)
end

local function section_number(level)
  sections[level] = sections[level] + 1
  for i = level + 1, 6 do
    sections[i] = 0
  end
  local parts = {}
  for i = top, level do
    parts[#parts + 1] = tostring(sections[i])
  end
  return table.concat(parts, ".")
end

local function number_heading(el)
  local level = el.level
  local counts = numbered and not el.classes:includes("unnumbered") and level - top + 1 <= depth
  if counts then
    local number = section_number(level)
    entries[el.identifier] = number
    if FORMAT ~= "typst" then
      el.content:insert(1, pandoc.Space())
      el.content:insert(1, pandoc.Span({ pandoc.Str(number) }, { class = "header-section-number" }))
    end
  end
  if FORMAT == "typst" then
    el.level = level - top + 1
    if not counts and not el.classes:includes("unnumbered") then
      el.classes:insert("unnumbered")
    end
  end
  return el
end

local function register(label, kind)
  if label:match("^" .. kind .. "%-") then
    if entries[label] then
      fail("the same label stands twice", "#" .. label)
    end
    counters[kind] = counters[kind] + 1
    entries[label] = tostring(counters[kind])
  end
end

local function number_block(el)
  if el.t == "Header" then
    return number_heading(el)
  end
  register(el.identifier, el.t == "Figure" and "fig" or "tbl")
end

local function titled(kind, label, content)
  local out = pandoc.List({ pandoc.Str(options[kind .. "-title"] .. NBSP .. entries[label] .. options["title-delim"]) })
  out:insert(pandoc.Space())
  out:extend(content)
  return out
end

local function escaped(value)
  return (value:gsub("\\", "\\\\"):gsub('"', '\\"'))
end

local function width_of(image)
  local width = image.attributes.width
  return width and (", width: " .. width) or ""
end

local function typst_image(image, alt)
  return 'image("' .. escaped(image.src) .. '"' .. width_of(image) .. ', alt: "' .. escaped(alt) .. '")'
end

local function the_image(el)
  local found
  el:walk({
    Image = function(image)
      found = image
    end,
  })
  return found
end

local function figure(el)
  local image = the_image(el)
  if not image or #el.content ~= 1 then
    fail("a figure holds something else than one image", "#" .. el.identifier)
  end
  local alt = image.attributes["fig-alt"] or image.attributes.alt
  if not alt or alt == "" then
    fail("a figure has no alternative text (fig-alt)", image.src)
  end
  local label = el.identifier
  local caption = pandoc.utils.blocks_to_inlines(el.caption.long)
  if FORMAT == "typst" then
    local open = "#figure(" .. typst_image(image, alt) .. ", kind: image, "
    open = open .. (entries[label] and "" or "numbering: none, ")
    open = open .. "supplement: [" .. options["fig-title"] .. "], "
    open = open .. "caption: figure.caption(position: " .. cap_location.fig .. ", ["
    local content = pandoc.List({ pandoc.RawInline("typst", open) })
    content:extend(caption)
    content:insert(pandoc.RawInline("typst", "]))" .. (label ~= "" and " <" .. label .. ">" or "")))
    return pandoc.Para(content)
  end
  if entries[label] then
    caption = titled("fig", label, caption)
  end
  image.caption = { pandoc.Str(alt) }
  image.attributes["fig-alt"] = nil
  image.attributes.alt = nil
  local title = { pandoc.RawBlock("html", "<figcaption>"), pandoc.Plain(caption), pandoc.RawBlock("html", "</figcaption>") }
  local blocks = pandoc.List({ pandoc.RawBlock("html", '<figure class="figure"' .. (label ~= "" and ' id="' .. label .. '"' or "") .. ">") })
  if cap_location.fig == "top" then
    blocks:extend(title)
  end
  blocks:insert(pandoc.Plain({ image }))
  if cap_location.fig ~= "top" then
    blocks:extend(title)
  end
  blocks:insert(pandoc.RawBlock("html", "</figure>"))
  return blocks
end

-- A table of so many rows stays on one page.
local SHORT = 18

local function rows_of(el)
  local count = 0
  for _, body in ipairs(el.bodies) do
    count = count + #body.body
  end
  return count
end

local regions = 0

local function data_table(el)
  local label = el.identifier
  local number = entries[label]
  local caption = pandoc.utils.blocks_to_inlines(el.caption.long)
  if label ~= "" and not number then
    fail("a table's label does not begin with tbl-", "#" .. label)
  end
  if FORMAT == "typst" then
    local open = "#[#set figure(supplement: [" .. options["tbl-title"] .. "]"
    open = open .. (number and ")" or ", numbering: none)")
    if rows_of(el) <= SHORT then
      open = open .. "\n#show figure: set block(breakable: false)"
    end
    return { pandoc.RawBlock("typst", open), el, pandoc.RawBlock("typst", "]") }
  end
  -- what is folded away scrolls with what folds it
  if el.classes:includes("bare") then
    return el
  end
  regions = regions + 1
  local name = "table-caption-" .. regions
  local naming = 'aria-label="' .. options["tbl-title"] .. '"'
  if #caption > 0 then
    caption = number and titled("tbl", label, caption) or caption
    el.caption.long = { pandoc.Plain({ pandoc.Span(caption, { id = name }) }) }
    naming = 'aria-labelledby="' .. name .. '"'
  end
  return {
    pandoc.RawBlock("html", '<div class="table-region" role="region" tabindex="0" ' .. naming .. ">"),
    el,
    pandoc.RawBlock("html", "</div>"),
  }
end

local function reference(citation)
  local label = citation.id:sub(1, 1):lower() .. citation.id:sub(2)
  local kind = label:match("^(%l+)%-")
  local number = entries[label]
  if not number then
    local reason = kind == "sec" and "a reference to a section that is absent or unnumbered"
      or "a reference to what the document does not show"
    fail(reason, "@" .. citation.id)
  end
  local words = pandoc.List({})
  if #citation.prefix > 0 then
    words:extend(citation.prefix)
    words:insert(pandoc.Str(NBSP))
  elseif citation.mode ~= "SuppressAuthor" then
    local prefix = options[kind .. "-prefix"]
    if citation.id:match("^%u") then
      prefix = pandoc.text.upper(pandoc.text.sub(prefix, 1, 1)) .. pandoc.text.sub(prefix, 2)
    end
    words:insert(pandoc.Str(prefix .. NBSP))
  end
  words:insert(pandoc.Str(number))
  if FORMAT == "typst" then
    local out = pandoc.List({ pandoc.RawInline("typst", "#link(<" .. label .. ">)[") })
    out:extend(words)
    out:insert(pandoc.RawInline("typst", "]"))
    return out
  end
  return pandoc.List({ pandoc.Link(words, "#" .. label, "", { class = "quarto-xref" }) })
end

local function references(el)
  local out = pandoc.List({})
  for i, citation in ipairs(el.citations) do
    if i > 1 then
      out:extend({ pandoc.Str(","), pandoc.Space() })
    end
    out:extend(reference(citation))
    out:extend(citation.suffix)
  end
  return out
end

local function lone_image(el)
  local alt = el.attributes["fig-alt"] or pandoc.utils.stringify(el.caption)
  return pandoc.RawInline("typst", "#box(" .. typst_image(el, alt) .. ")")
end

-- Pandoc centres tables on paper; here they begin at the margin, like the text and the figures.
local function typst_table(el)
  local layout = pandoc.WriterOptions({ wrap_text = "wrap-none" })
  local text = pandoc.write(pandoc.Pandoc({ el }), "typst-smart", layout)
  return pandoc.RawBlock("typst", (text:gsub("align%(center%)%[#table%(", "align(left)[#table(", 1)))
end

-- The text of the document is known in the embedded renderer alone: it need not be searched for what it does not hold.
local refers = not TEXT or TEXT:find("@", 1, true)

return {
  { Meta = read_options },
  { Header = find_top },
  { traverse = "topdown", Header = number_block, Figure = number_block, Table = number_block },
  refers and { Cite = references } or {},
  {
    traverse = "topdown",
    Figure = function(el)
      return figure(el), false
    end,
    Table = function(el)
      return data_table(el), false
    end,
  },
  FORMAT == "typst" and { Image = lone_image, Table = typst_table } or {},
}
