-- The client of `nnc lsp`, on Neovim's own, and the commands that show what the tool prints.
local report = require('nnc.report')

local M = {}

M.options = {
  -- The tool: a name on the PATH, or where it lies.
  path = 'nnc',
  -- Called with (client, buffer) when a buffer has its client: the place for key maps.
  on_attach = nil,
  -- What the client can do; completion plugins add to it.
  capabilities = nil,
}

-- The client of each root folder.
local clients = {}

-- The nearest folder above that a repository begins in, or else the file's own.
local function root_of(path)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  local found = vim.fn.finddir('.git', folder .. ';')
  return found ~= '' and vim.fn.fnamemodify(found, ':p:h:h') or folder
end

local function attached(client, buffer)
  vim.api.nvim_buf_set_option(buffer, 'omnifunc', 'v:lua.vim.lsp.omnifunc')
  if vim.lsp.inlay_hint and client.server_capabilities.inlayHintProvider then
    pcall(vim.lsp.inlay_hint.enable, true, { bufnr = buffer })
  end
  if M.options.on_attach then
    M.options.on_attach(client, buffer)
  end
end

local function start(root)
  return vim.lsp.start_client({
    name = 'nnc',
    cmd = { M.options.path, 'lsp' },
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ':t') } },
    capabilities = M.options.capabilities or vim.lsp.protocol.make_client_capabilities(),
    on_attach = attached,
    on_exit = function()
      clients[root] = nil
    end,
  })
end

-- Gives a buffer the client of its root folder, which is started when it is not there.
function M.attach(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == '' then
    return
  end
  if vim.fn.executable(M.options.path) == 0 then
    vim.notify_once('nnc: `' .. M.options.path .. '` is not on the PATH; see :help nnc-path', vim.log.levels.WARN)
    return
  end
  local root = root_of(path)
  clients[root] = clients[root] or start(root)
  if clients[root] then
    vim.lsp.buf_attach_client(buffer, clients[root])
  end
end

-- The server's code lenses name these commands, with the document and the model as arguments.
local function lens(view)
  return function(command)
    local arguments = command.arguments or {}
    report.show(M.options.path, view, arguments[1] and vim.uri_to_fname(arguments[1]), arguments[2])
  end
end

local function command(name, view)
  vim.api.nvim_create_user_command(name, function(call)
    report.show(M.options.path, view, nil, call.args ~= '' and call.args or nil)
  end, { nargs = '?', desc = 'Show the ' .. view .. ' of the model in this file' })
end

function M.setup(options)
  M.options = vim.tbl_extend('force', M.options, options or {})
  local group = vim.api.nvim_create_augroup('nnc', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = 'nnet',
    callback = function(event)
      M.attach(event.buf)
    end,
  })
  command('NncGradient', 'gradient')
  command('NncSummary', 'summary')
  command('NncSchedule', 'schedule')
  vim.lsp.commands['nnc.showGradient'] = lens('gradient')
  vim.lsp.commands['nnc.showSummary'] = lens('summary')
  vim.lsp.commands['nnc.showSchedule'] = lens('schedule')
end

return M
