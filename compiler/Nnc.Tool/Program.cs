return Nnc.Tool.CommandLine.Run(args);
