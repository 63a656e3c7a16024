-- Callouts: a titled box that is a note for screen readers.

local titles = {
  fr = { note = "Note", tip = "Astuce", important = "Important", warning = "Avertissement", caution = "Mise en garde" },
  en = { note = "Note", tip = "Tip", important = "Important", warning = "Warning", caution = "Caution" },
}
local language = "en"
local count = 0

local function kind_of(el)
  for _, class in ipairs(el.classes) do
    local kind = class:match("^callout%-(%l+)$")
    if kind then
      return kind
    end
  end
end

local function title_of(el, kind)
  if el.attributes.title then
    return pandoc.utils.blocks_to_inlines(pandoc.read(el.attributes.title, "markdown-smart").blocks)
  end
  if el.content[1] and el.content[1].t == "Header" then
    return el.content:remove(1).content
  end
  return { pandoc.Str(titles[language][kind]) }
end

local function callout(el, role)
  local kind = kind_of(el)
  if not kind then
    return nil
  end
  local title = title_of(el, kind)
  if FORMAT == "typst" then
    local head = pandoc.Para({ pandoc.RawInline("typst", '#report-callout("' .. kind .. '", [') })
    head.content:extend(title)
    head.content:insert(pandoc.RawInline("typst", "])["))
    local blocks = pandoc.List({ head })
    blocks:extend(el.content)
    blocks:insert(pandoc.RawBlock("typst", "]"))
    return blocks
  end
  count = count + 1
  local name = "callout-" .. count
  local blocks = pandoc.List({
    pandoc.RawBlock(
      "html",
      '<div class="callout callout-' .. kind .. '"' .. role .. ' aria-labelledby="' .. name .. '">'
    ),
    pandoc.RawBlock("html", '<p class="callout-title" id="' .. name .. '">'),
    pandoc.Plain(title),
    pandoc.RawBlock("html", '</p>\n<div class="callout-body">'),
  })
  blocks:extend(el.content)
  blocks:insert(pandoc.RawBlock("html", "</div>\n</div>"))
  return blocks
end

-- A division around a callout may have the role already: the box then takes it over.
local function noted(el)
  local inner = el.content[1]
  if el.attributes.role == "note" and #el.content == 1 and inner.t == "Div" and kind_of(inner) then
    return callout(inner, ' role="note"'), true
  end
  return callout(el, ' role="note"'), true
end

-- The text of the document is known in the embedded renderer alone: it need not be searched for what it does not hold.
if TEXT and not TEXT:find("callout-", 1, true) then
  return {}
end

return {
  {
    Meta = function(meta)
      local lang = meta.lang and pandoc.utils.stringify(meta.lang):sub(1, 2) or "en"
      language = titles[lang] and lang or "en"
    end,
  },
  { traverse = "topdown", Div = noted },
}
