// LeNet from C#: the class that `nnc compile --emit cs` writes, and the library beside it.
//
//   ./nnc compile examples/lenet/lenet.nnet -o examples/embed/csharp/lenet --emit so,cs
//   dotnet run --project examples/embed/csharp
using Nnc.Compiled;

var random = new Random(7);
var (images, digits) = (new float[64 * 28 * 28], new int[64]);
using var alone = new Lenet(seed: 1);
using var together = new Lenet(seed: 1) { Threads = 2 };
var (first, last, other) = (0f, 0f, 0f);
for (var step = 0; step < 60; step++)
{
    Draw();
    (last, _, _) = together.TrainStep(64, images, digits);
    (other, _, _) = alone.TrainStep(64, images, digits);
    first = step == 0 ? last : first;
}

// Another model of the same weights, for another thread.
using var copy = new Lenet(together.Save());
var (ours, theirs) = (new float[64 * 10], new float[64 * 10]);
together.Forward(64, images, ours);
copy.Forward(64, images, theirs);

var right = Enumerable.Range(0, 64).Count(n => Array.IndexOf(ours, ours[(n * 10)..(n * 10 + 10)].Max(), n * 10) - n * 10 == digits[n]);
Console.WriteLine($"loss {first:0.0000}, after {together.Step} steps {last:0.0000}; {right} of 64 right; mean of a bias {together.LogitsDenseB.ToArray().Average():0.0000}");
try
{
    together.Forward(0, [], []);
}
catch (Lenet.StatusException refused)
{
    Console.WriteLine($"{refused.Status}: {refused.Message}");
}

return last < first / 4 && last == other && ours.SequenceEqual(theirs) ? 0 : 1;

// Made-up digits: a bar at a place that the label says, and noise.
void Draw()
{
    for (var n = 0; n < 64; n++)
    {
        digits[n] = random.Next(10);
        for (var i = 0; i < 28 * 28; i++)
        {
            images[n * 28 * 28 + i] = random.NextSingle() / 5 + (i / 28 / 2 == digits[n] + 2 ? 0.8f : 0);
        }
    }
}
