using System.Collections.Immutable;
using System.Text;
using Nnc.Runtime.Data;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;
using Nnc.Testing;

namespace Nnc.Runtime.Tests.Data;

public class TextSourceTests
{
    private static readonly SampleColumn Symbols = new("text", TensorElement.Int32, [null], IsTarget: false);
    private static readonly SampleColumn Length = new("length", TensorElement.Int32, [], IsTarget: false);
    private static readonly TextSelection Characters = new(TextUnit.Character, null, null);
    private static readonly TextSelection Words = new(TextUnit.Word, null, null);
    private static readonly SplitChoice All = new(SplitKind.None, 0);

    [Fact]
    public void A_line_lies_between_ends_and_has_a_length()
    {
        var data = Read("ab\n\n  bbb \r\n", Characters).Value.Training;

        Assert.Equal(["<end>", "<unk>", "b", "a"], data.Labels["text"].ToArray());
        Assert.Equal([2, 5], data.Find("text")!.Shape.ToArray());
        Assert.Equal([0, 3, 2, 0, 0, 0, 2, 2, 2, 0], data.Find("text")!.ToDoubles());
        Assert.Equal([3, 4], data.Find("length")!.ToDoubles());
        Assert.EndsWith("line 3", data.PlaceOf(1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_begins_where_the_one_before_ends()
    {
        var data = Read("abc\nbb\n", new TextSelection(TextUnit.Character, null, 3)).Value.Training;

        // b, a, c are 2, 3, 4; the text is 0 3 2 4 0 2 2 0, of which the last symbol fills no window.
        Assert.Equal([0, 3, 2, 4, 4, 0, 2, 2], data.Find("text")!.ToDoubles());
        Assert.Equal([3, 3], data.Find("length")!.ToDoubles());
    }

    [Fact]
    public void Words_and_marks_are_symbols()
    {
        Assert.Equal("And God's heart-felt word : “ Let there be “ <unk> ” ! ”", string.Join(" ", TextSymbols.Of("And God's heart-felt  word: “Let there be “<unk>”!”", TextUnit.Word)));
        Assert.Equal("And God's heart-felt word: “Let (2) be!”", TextSymbols.Join(["And", "God's", "heart-felt", "word", ":", "“", "Let", "(", "2", ")", "be", "!", "”"], TextUnit.Word));
        Assert.Equal(["a", "𝔸", "b"], TextSymbols.Of("a𝔸b", TextUnit.Character).ToArray());
    }

    [Fact]
    public void The_most_frequent_words_have_numbers()
    {
        var data = Read("the cat\nthe dog\na cat\n", Words with { Vocabulary = 4 }).Value.Training;

        Assert.Equal(["<end>", "<unk>", "cat", "the"], data.Labels["text"].ToArray());
        Assert.Equal([0, 3, 2, 0, 0, 3, 1, 0, 0, 1, 2, 0], data.Find("text")!.ToDoubles());
    }

    [Fact]
    public void The_vocabulary_is_that_of_the_samples_that_train()
    {
        const string text = "a\nb\nc\nd\ne\nf\ng\nh\n";
        var split = new SplitChoice(SplitKind.Holdout, 3) { Share = 0.5 };
        var all = Read(text, Characters, split: split).Value;
        var (training, test) = (split.Apply(all).Value.Training, split.Apply(all).Value.Test!);

        Assert.Equal(2 + 4, all.Training.Labels["text"].Length);
        Assert.DoesNotContain(Vocabulary.Unknown, training.Find("text")!.ToDoubles().Select(n => (int)n));
        Assert.Equal(4, test.Find("text")!.ToDoubles().Count(n => n == Vocabulary.Unknown));
    }

    [Fact]
    public void A_known_vocabulary_holds()
    {
        var known = ClassLabels.None.Add("text", ["<end>", "<unk>", "z", "a"]);
        var data = Read("ab\n", Characters, known: known).Value.Training;

        Assert.Equal([0, 3, 1, 0], data.Find("text")!.ToDoubles());
        Assert.Equal(known["text"], data.Labels["text"]);
        Assert.Equal(["a", "<unk>"], new Vocabulary(known["text"]).Decode([3, 9, 0, 2]));
    }

    [Theory]
    [InlineData("", "NN0556", "holds no text")]
    [InlineData(" \n\n", "NN0556", "holds no text")]
    public void An_empty_text_is_refused(string text, string code, string message)
    {
        var error = Read(text, Characters).Error!;
        Assert.Equal(code, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal("NN0556", Read("ab\n", new TextSelection(TextUnit.Character, null, 10)).Error!.Code);
    }

    [Fact]
    public void Bytes_that_are_no_characters_name_their_line()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("latin.txt");
        File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes("é\nb\n"), 0xE9, (byte)'x', (byte)'\n']);

        var error = TextSource.Load(path, [Symbols], Characters, All).Error!;
        Assert.Equal("NN0565", error.Code);
        Assert.Contains("line 3 is not UTF-8: byte 0xE9", error.Message, StringComparison.Ordinal);
        Assert.Equal("NN0601", TextSource.Load(folder.File("none.txt"), [Symbols], Characters, All).Error!.Code);
    }

    [Fact]
    public void Inputs_must_be_those_of_a_text()
    {
        Assert.Equal("NN0558", Read("ab\n", Characters, [Length]).Error!.Code);
        Assert.Equal("NN0558", Read("ab\n", Characters, [Symbols, new SampleColumn("x", TensorElement.Float32, [2], false)]).Error!.Code);
        Assert.Equal("NN0558", Read("abc\n", Characters, [Symbols with { Shape = [4] }]).Error!.Code);
        Assert.Equal([1, 6], Read("abc\n", Characters, [Symbols with { Shape = [6] }]).Value.Training.Find("text")!.Shape.ToArray());
    }

    [Theory]
    [InlineData("dinosaurs.txt", TextUnit.Character, 1325, 28)]
    [InlineData("genesis-kjv.txt", TextUnit.Word, 1533, 2672)]
    public void The_shipped_texts_read(string name, TextUnit unit, int samples, int symbols)
    {
        var path = Path.Combine(Snapshot.RepositoryRoot, "examples", "data", "text", name);
        var data = TextSource.Load(path, [Symbols, Length], new TextSelection(unit, null, null), All).Value.Training;

        Assert.Equal(samples, data.Count);
        Assert.Equal(symbols, data.Labels["text"].Length);
    }

    private static Result<LoadedData> Read(
        string text, TextSelection selection, ImmutableArray<SampleColumn>? columns = null, SplitChoice? split = null,
        ImmutableDictionary<string, ImmutableArray<string>>? known = null)
    {
        using var folder = new TemporaryFolder();
        return TextSource.Load(folder.Write("t.txt", text), columns ?? [Symbols, Length], selection, split ?? All, known);
    }
}
