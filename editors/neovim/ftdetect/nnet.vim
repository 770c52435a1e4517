autocmd BufRead,BufNewFile *.nnet setfiletype nnet
