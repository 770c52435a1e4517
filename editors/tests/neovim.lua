-- A session in Neovim with the real server: what a user does, through what the plugin and Neovim's own client give.
-- The file to edit is $NNC_FILE, the tool $NNC_TOOL. Prints a line a step; the first that fails ends with exit code 1.
vim.opt.shortmess:append('I')
vim.opt.swapfile = false

local function fail(step, found)
  io.stdout:write('not ok - ' .. step .. ': ' .. vim.inspect(found) .. '\n')
  vim.cmd('cquit 1')
end

local function check(step, condition, found)
  if not condition then
    fail(step, found)
  end
  io.stdout:write('ok - ' .. step .. '\n')
end

local function wait(step, condition, found)
  local done = vim.wait(20000, condition, 20)
  check(step, done, found and found())
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

-- Puts the cursor on the n-th place of some text.
local function go(pattern, nth)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  for _ = 1, nth or 1 do
    vim.fn.search('\\V' .. pattern, 'c')
    if nth and nth > 1 then
      vim.cmd('normal! l')
    end
  end
end

local function codes()
  return vim.tbl_map(function(d)
    return d.code or d.user_data and d.user_data.lsp.code
  end, vim.diagnostic.get(0))
end

local function run()
  require('nnc').setup({ path = vim.env.NNC_TOOL })
  vim.cmd('edit ' .. vim.env.NNC_FILE)
  check('the file type is known', vim.bo.filetype == 'nnet', vim.bo.filetype)
  check('the file is coloured', vim.b.current_syntax == 'nnet', vim.b.current_syntax)
  wait('the server is there', function()
    return #vim.lsp.buf_get_clients(0) > 0
  end)
  local original = text()

  -- Type: a name that is misspelt.
  go('softmax')
  vim.cmd('normal! cesofmax')
  wait('a misspelt name has its diagnostic', function()
    return vim.deep_equal(codes(), { 'NN0101' })
  end, codes)
  local found = vim.diagnostic.get(0)[1]
  check('it stands under the name', found.col == vim.fn.getline(found.lnum + 1):find('sofmax') - 1, found)

  -- Quick fix: the first that is offered.
  vim.ui.select = function(items, _, choose)
    choose(items[1], 1)
  end
  go('sofmax')
  vim.lsp.buf.code_action({ context = { only = { 'quickfix' }, diagnostics = vim.lsp.diagnostic.get_line_diagnostics() } })
  wait('the quick fix mends it', function()
    return text() == original
  end, text)
  wait('and the diagnostic is gone', function()
    return #vim.diagnostic.get(0) == 0
  end, codes)

  -- Hover: a window with the shape.
  go('hidden')
  vim.lsp.buf.hover()
  local shown
  wait('hover shows the shape', function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        shown = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
        return shown:find('real[N, 32]', 1, true)
      end
    end
  end, function()
    return shown
  end)

  -- Completion, as the omni function asks for it.
  go('loss =')
  vim.cmd('normal! Oextra = hid')
  local position = vim.lsp.util.make_position_params()
  position.position.character = position.position.character + 1
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/completion', position, 10000)
  local _, answer = next(answers or {})
  local items = answer and vim.lsp.util.text_document_completion_list_to_complete_items(answer.result, 'hid') or {}
  check('completion offers the name', vim.tbl_contains(vim.tbl_map(function(item)
    return item.word
  end, items), 'hidden'), answer)
  vim.cmd('undo')

  -- Rename.
  go('hidden')
  vim.lsp.buf.rename('features')
  wait('rename changes every use', function()
    return text() == (original:gsub('hidden', 'features'))
  end, text)
  vim.cmd('undo')

  -- Definition into the standard library.
  go('softmax')
  vim.lsp.buf.definition()
  wait('the definition is in the standard library', function()
    return vim.fn.expand('%:p'):find('/stdlib/%w+%.nnet$') and vim.fn.getline('.'):find('softmax')
  end, function()
    return vim.fn.expand('%:p')
  end)
  vim.cmd('edit! ' .. vim.env.NNC_FILE)

  -- Format.
  vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split((original:gsub(' = ', '=')), '\n'))
  vim.lsp.buf.formatting_sync(nil, 10000)
  check('formatting gives the one style', text() == original, text())
  vim.cmd('silent write')

  -- What the tool prints, beside it; asked for again, in the same window.
  vim.cmd('NncSummary')
  vim.cmd('NncGradient')
  vim.cmd('NncSummary')
  check('each report has one window', #vim.api.nvim_list_wins() == 3, vim.api.nvim_list_wins())
  local function reported(view)
    vim.fn.win_gotoid(vim.fn.bufwinid('nnc://' .. view .. '/digits.nnet'))
    return text()
  end
  check('the summary is shown', reported('summary'):find('parameters: 25,450', 1, true), text())
  check('the gradient is shown', reported('gradient'):find('∂loss/∂logits.dense.W', 1, true), text())
end

local done, problem = pcall(run)
if not done then
  fail('the session', problem)
end
vim.cmd('qall!')
