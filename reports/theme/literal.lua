-- Text that was received stands in the documents as stand-ins (pipeline/wording/markdown.py), so that nothing in it is
-- read as a sign of Markdown. Here, where the document has been read, the characters themselves come back.

local typst = FORMAT:match("typst") ~= nil
-- the stand-ins of ASCII: U+F0000 to U+F007F
local STAND_IN = "\xF3\xB0[\x80\x81][\x80-\xBF]"

local function character(stand_in)
  return utf8.char(utf8.codepoint(stand_in) - 0xF0000)
end

local function plain(text)
  return (text:gsub(STAND_IN, character))
end

-- Typst would take some of them for signs of its own: there each is written by its code.
local function coded(stand_in)
  return string.format("\\u{%x}", utf8.codepoint(stand_in) - 0xF0000)
end

-- A word longer than a column may break on paper, after every so many letters.
local LONGEST, RUN = 40, 24

local function breakable(text)
  if utf8.len(text) <= LONGEST then
    return pandoc.Str(text)
  end
  local out, at = {}, 0
  for _, code in utf8.codes(text) do
    at = at + 1
    out[#out + 1] = utf8.char(code) .. (at % RUN == 0 and "\u{200b}" or "")
  end
  return pandoc.Str(table.concat(out))
end

local function pieces(text)
  local out, at = pandoc.List({}), 1
  for first, stand_in, after in text:gmatch("()(" .. STAND_IN .. ")()") do
    if first > at then
      out:insert(breakable(text:sub(at, first - 1)))
    end
    out:insert(pandoc.RawInline("typst", coded(stand_in)))
    at = after
  end
  if at <= #text then
    out:insert(breakable(text:sub(at)))
  end
  return out
end

local function text_of(el)
  if typst and el.t == "Str" and (#el.text > LONGEST or el.text:find(STAND_IN)) then
    return pieces(el.text)
  end
  if not el.text:find(STAND_IN) then
    return nil
  end
  el.text = plain(el.text)
  return el
end

local function attributes_of(el)
  for name, value in pairs(el.attributes) do
    -- the title of a callout is read as Markdown once more: it stays as it is
    if value:find(STAND_IN) and not (name == "title" and el.t == "Div") then
      el.attributes[name] = plain(value)
    end
  end
  if el.title then
    el.title = plain(el.title)
  end
  return el
end

local function code(el)
  return text_of(attributes_of(el))
end

-- The embedded renderer gives the text of the document: without stand-ins, and without words that may be too long, no
-- element is looked at. Words are told generously, with what is joined to them; attributes and targets are none.
local function has_long_words(text)
  local front, body = text:match("^(%-%-%-\n.-\n%-%-%-\n)(.*)$")
  body = (body or text):gsub("%b{}", ""):gsub("%]%b()", "]")
  for word in ((front or "") .. body):gmatch("%S+") do
    if #word > LONGEST and utf8.len(word) > LONGEST and not word:match("^[|:=-]+$") then
      return true
    end
  end
  return false
end

if TEXT and not TEXT:find(STAND_IN) and not (typst and has_long_words(TEXT)) then
  return {}
end

return {
  { Str = text_of },
  {
    Code = code,
    CodeBlock = code,
    Span = attributes_of,
    Div = attributes_of,
    Header = attributes_of,
    Link = attributes_of,
    Image = attributes_of,
    Table = attributes_of,
    Figure = attributes_of,
  },
}
