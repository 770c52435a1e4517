// The grid's position is one for the whole process.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
