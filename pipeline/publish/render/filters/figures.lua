-- An image is one of the figures that staging put beside the document, and nothing else.

local function figure(image)
  if not image.src:match("^[%w_-][%w_.-]*%.svg$") and not image.src:match("^[%w_-][%w_.-]*%.png$") then
    error("PUBLISH\tan image is not one of the document's figures\t" .. image.src .. "\tEND")
  end
  local file = FORMAT == "html" and io.open(image.src, "rb")
  if FORMAT == "html" and not file then
    error("PUBLISH\ta figure of the document is missing\t" .. image.src .. "\tEND")
  end
  if file then
    file:close()
  end
end

return { { Image = figure } }
