-- Neovim 0.7 and later. `let g:nnc_no_setup = 1` leaves the set-up to require('nnc').setup { … }.
if vim.g.loaded_nnc then
  return
end
vim.g.loaded_nnc = true

if not vim.g.nnc_no_setup then
  require('nnc').setup()
end
