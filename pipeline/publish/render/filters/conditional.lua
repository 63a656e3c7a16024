-- Content for one format only, and page breaks.

local function shown(attributes, classes)
  local hidden = classes:includes("content-hidden")
  local test = attributes["when-format"] and (attributes["when-format"] == FORMAT)
  if attributes["unless-format"] then
    test = attributes["unless-format"] ~= FORMAT
  end
  if test == nil then
    test = true
  end
  return test ~= hidden
end

local function conditional(el)
  if not (el.classes:includes("content-visible") or el.classes:includes("content-hidden")) then
    return nil
  end
  return shown(el.attributes, el.classes) and el.content or {}
end

local function page_break(el)
  if pandoc.utils.stringify(el) ~= "{{< pagebreak >}}" then
    return nil
  end
  if FORMAT == "typst" then
    return pandoc.RawBlock("typst", "#pagebreak(weak: true)")
  end
  return pandoc.RawBlock("html", '<div class="page-break"></div>')
end

-- The text of the document is known in the embedded renderer alone: it need not be searched for what it does not hold.
local breaks = not TEXT or TEXT:find("pagebreak", 1, true)
local conditions = not TEXT or TEXT:find("content-", 1, true)

return { breaks and { Para = page_break } or {}, conditions and { Div = conditional, Span = conditional } or {} }
