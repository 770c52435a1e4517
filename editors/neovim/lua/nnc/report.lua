-- What the tool prints of a file, in a window beside it.
local M = {}

local verbs = {
  gradient = 'grad',
  summary = 'summary',
  schedule = 'explain',
}

-- The window that shows a view already, or a new one.
local function window_of(name)
  local buffer = vim.fn.bufnr('^' .. vim.fn.escape(name, '[]*?\\') .. '$')
  if buffer < 0 then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buffer, name)
    vim.api.nvim_buf_set_option(buffer, 'bufhidden', 'wipe')
  end
  if vim.fn.bufwinid(buffer) < 0 then
    vim.cmd('vertical sbuffer ' .. buffer)
    vim.cmd('setlocal nonumber norelativenumber nowrap nospell')
    vim.cmd('wincmd p')
  end
  return buffer
end

local function fill(buffer, lines)
  vim.api.nvim_buf_set_option(buffer, 'modifiable', true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.api.nvim_buf_set_option(buffer, 'modifiable', false)
end

-- Shows a view of a file; of the current one where none is named. The tool reads the disk, so the file is written first.
function M.show(tool, view, path, model)
  path = path or vim.api.nvim_buf_get_name(0)
  local source = vim.fn.bufnr(path)
  if source >= 0 and vim.api.nvim_buf_get_option(source, 'modified') then
    vim.api.nvim_buf_call(source, function()
      vim.cmd('silent update')
    end)
  end
  local arguments = { tool, verbs[view], path }
  if model then
    vim.list_extend(arguments, { '--model', model })
  end
  local lines = vim.fn.systemlist(arguments)
  fill(window_of('nnc://' .. view .. '/' .. vim.fn.fnamemodify(path, ':t')), lines)
end

return M
