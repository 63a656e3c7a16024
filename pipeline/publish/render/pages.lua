-- Whole pages of many documents in one run of Pandoc: each is read once for all its formats, filtered and written a
-- format. Documents come on the standard input, some a line of JSON; what each gave, or why it gave nothing, leaves as a
-- line of JSON.
-- All are read before any is filtered: once a filter has run, reading takes twice as long.

local templates = {}

local function template(path)
  if not templates[path] then
    local file = assert(io.open(path, "rb"))
    templates[path] = pandoc.template.compile(file:read("a"), path)
    file:close()
  end
  return templates[path]
end

-- filters read the format they work for as they do in a run of their own, and the text of the document beside it:
-- what it does not hold need not be looked for in thousands of elements
local function filtered(doc, names, format, text)
  for _, name in ipairs(names) do
    doc = pandoc.utils.run_lua_filter(doc, name, setmetatable({ FORMAT = format, TEXT = text }, { __index = _G }))
  end
  return doc
end

-- Metadata of a format: plain words are given as they are, the rest was read beside the text.
local function told(value, read)
  if type(value) ~= "table" then
    return value
  end
  if value[" read "] then
    return read[value[" read "]]
  end
  local out = {}
  for key, each in pairs(value) do
    out[key] = told(each, read)
  end
  return value[1] and pandoc.MetaList(out) or out
end

local function page(doc, read, format, asked, text)
  doc = filtered(pandoc.Pandoc(doc.blocks, told(asked.metadata, read)), asked.filters, format, text)
  local options = {
    template = template(asked.template),
    wrap_text = "none",
    table_of_contents = asked.toc,
    toc_depth = asked.toc_depth,
    section_divs = asked.section_divs,
  }
  return pandoc.write(doc, asked.writer, pandoc.WriterOptions(options))
end

local function read(document, reader)
  -- the empty list of files keeps the reader in a sandbox
  return pandoc.read(document.text, reader, pandoc.ReaderOptions({ standalone = true }), {})
end

local function pages(document, doc)
  local made, read = {}, doc.meta.read
  for format, asked in pairs(document.formats) do
    made[format] = page(doc, read, format, asked, document.text)
  end
  return made
end

-- Pandoc's own words, such as « Abstract », stand on no page: a language that it has none for is written all the same.
local unsaid = { NoTranslation = true, CouldNotLoadTranslations = true }

local function warnings(messages)
  local told = {}
  for _, message in ipairs(messages) do
    local said = pandoc.json.decode(pandoc.json.encode(message), false)
    if said.verbosity == "WARNING" and not unsaid[said.type] then
      told[#told + 1] = said.pretty
    end
  end
  return table.concat(told, "\n")
end

-- What a function gives, and what there is to say against it.
local function tried(call, ...)
  local fine, messages, made = pcall(pandoc.log.silence, call, ...)
  return made, fine and warnings(messages) or tostring(messages)
end

local function answer(job)
  local texts = {}
  for i, document in ipairs(job.documents) do
    local doc, fault = tried(read, document, job.reader)
    texts[i] = { doc = doc, fault = fault }
  end
  for i, document in ipairs(job.documents) do
    local made, fault = nil, texts[i].fault
    if fault == "" then
      made, fault = tried(pages, document, texts[i].doc)
    end
    texts[i] = nil
    print(pandoc.json.encode({ fault = fault, pages = made or {} }))
  end
end

for line in io.lines() do
  answer(pandoc.json.decode(line, false))
  io.stdout:flush()
end
