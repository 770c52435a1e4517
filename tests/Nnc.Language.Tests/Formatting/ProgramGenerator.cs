namespace Nnc.Language.Tests.Formatting;

/// <summary>
/// Random programs after the grammar, as words: every kind of declaration, statement and expression. What they mean is
/// nonsense; <see cref="BadPrinter"/> writes them down.
/// </summary>
internal sealed partial class ProgramGenerator(Random random)
{
    /// <summary>The end of a statement.</summary>
    public const string End = "\n";

    private static readonly string[] _names = ["x", "h", "W_f", "kernel", "θ", "features", "stage", "over", "at", "n2", "probabilities", "learned_representation"];
    private readonly List<string> _words = [];

    public static IReadOnlyList<string> Generate(Random random)
    {
        var generator = new ProgramGenerator(random);
        if (random.Next(8) == 0)
        {
            generator.Add("nnet", "1", End);
        }

        generator.Repeat(1, 2, generator.Declaration);
        return generator._words;
    }

    private void Declaration()
    {
        switch (random.Next(6))
        {
            case 0:
                Add("import", "\"blocks // no comment.nnet\"");
                Maybe(() => Add("as", Name()));
                break;
            case 1:
                Add("model", Name());
                Maybe(Formals);
                Block(Statement);
                break;
            case 2:
                TwoLists("layer");
                Maybe(Result);
                Block(Statement);
                break;
            case 3:
                TwoLists("optimizer");
                Block(Statement);
                break;
            case 4:
                Add("fn", Name());
                Formals();
                Maybe(Result);
                Either(() => Block(Statement), () => { Add("="); Expression(3); });
                break;
            default:
                Add("train", Name());
                Maybe(() => Arguments(1));
                Block(Setting);
                break;
        }

        Add(End);
    }

    private void TwoLists(string word)
    {
        Add(word, Name());
        Formals();
        Formals();
    }

    private void Statement()
    {
        switch (random.Next(15))
        {
            case < 3:
                Names();
                break;
            case < 7:
                Value();
                break;
            case 7:
                Add("where");
                Expression(2);
                break;
            case 8:
                Add("output");
                Either(() => List(1, 3, () => Add(Name())), () => { Add(Name(), "="); Expression(2); });
                break;
            case 9:
                Add("return");
                Expression(3);
                break;
            case 10 when _words.Count < 200:
                BlockStatement();
                break;
            default:
                Equation();
                break;
        }

        Add(End);
    }

    /// <summary>The statements that give several names a type.</summary>
    private void Names()
    {
        var word = Any("input", "target", "param", "state");
        Add(word);
        List(1, 3, () => Add(Name()));
        Add(":");
        Type(1);
        switch (word)
        {
            case "param":
                Add(Any("~", "="));
                Expression(2);
                break;
            case "state":
                Add("=");
                List(1, 3, () => Expression(1));
                break;
            default:
                break;
        }
    }

    /// <summary>The statements that give one name a value.</summary>
    private void Value()
    {
        var word = Any("update", "dim", "loss", "metric");
        Add(word);
        if (word != "loss" || random.Next(3) == 0)
        {
            Add(Name());
        }

        Add("=");
        Expression(word == "dim" ? 1 : 3);
    }

    private void BlockStatement()
    {
        switch (random.Next(3))
        {
            case 0:
                Add("recur", Name(), "in");
                Expression(1);
                Maybe(() => Add("at", "1"));
                Maybe(() => { Add("until"); Expression(1); });
                break;
            case 1:
                Add("unroll", Name(), "in");
                Expression(1);
                break;
            default:
                Add("entry", Name());
                Formals();
                Maybe(Result);
                break;
        }

        Block(Statement);
    }

    private void Equation()
    {
        Either(Target, () => Bracketed("(", ")", () => List(1, 3, Target)));
        Maybe(() => { Add(":"); Type(1); });
        Add("=");
        Expression(4);
        Maybe(() => Add("frozen"));
    }

    private void Target()
    {
        Add(Name());
        Maybe(() => Indices(1));
    }

    private void Setting()
    {
        switch (random.Next(6))
        {
            case 0:
                Add("minimize", Name());
                Maybe(() => { Add("over"); List(1, 3, () => Expression(1)); });
                break;
            case 1 when _words.Count < 200:
                Add("stage");
                Maybe(() => Add(Name()));
                Block(Setting);
                break;
            default:
                Add(Name());
                Maybe(() => Add(".", Name()));
                Add("=");
                Expression(3);
                break;
        }

        Add(End);
    }

    private void Block(Action statement)
    {
        Add("{");
        Repeat(0, 5, statement);
        Add("}");
    }

    private void Bracketed(string open, string close, Action content)
    {
        Add(open);
        content();
        Add(close);
    }

    private void List(int least, int most, Action element)
    {
        var count = random.Next(least, most + 1);
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                Add(",");
            }

            element();
        }
    }

    private void Repeat(int least, int most, Action action)
    {
        for (var count = random.Next(least, most + 1); count > 0; count--)
        {
            action();
        }
    }

    private void Maybe(Action action, int once = 3)
    {
        if (random.Next(once) == 0)
        {
            action();
        }
    }

    private void Either(Action first, Action second) => (random.Next(2) == 0 ? first : second)();

    private string Name() => Any(_names);

    private string Any(params string[] words) => words[random.Next(words.Length)];

    private void Add(params string[] words) => _words.AddRange(words);
}
