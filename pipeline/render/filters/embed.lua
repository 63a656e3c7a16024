-- A page loads nothing: its figures and styles are put inside it. Pandoc runs in its sandbox and reads no file itself;
-- this filter hands it the figures that staging put beside the document, and the theme's styles, and nothing else.

local figure_types = { svg = "image/svg+xml", png = "image/png" }

local function hand_over(path, kind)
  local file = io.open(path, "rb")
  if not file then
    error("PUBLISH\ta figure or style of the document is missing\t" .. path .. "\tEND")
  end
  pandoc.mediabag.insert(path, kind, file:read("a"))
  file:close()
end

local function figure(image)
  local kind = figure_types[image.src:match("^[%w_-][%w_.-]*%.(%l+)$")]
  if not kind then
    error("PUBLISH\tan image is not one of the document's figures\t" .. image.src .. "\tEND")
  end
  if FORMAT == "html" then
    hand_over(image.src, kind)
  end
end

local function styles(meta)
  for _, name in ipairs(meta.css or {}) do
    hand_over(pandoc.utils.stringify(name), "text/css")
  end
end

return { { Image = figure, Meta = FORMAT == "html" and styles or nil } }
