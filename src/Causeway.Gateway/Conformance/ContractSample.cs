using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Repair;
using Causeway.Contracts.Validation;
using Causeway.Gateway.Books;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Shape;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;

namespace Causeway.Gateway.Conformance;

/// <summary>
/// One prompt at one pin under a contract, as a caller's request would fare there if no other pin were left: composed, judged, mended and repaired by the
/// same pieces, with the release's prompt and parameters. It leaves one usage record under <see cref="Attribution"/>.
/// </summary>
internal sealed class ContractSample(OwnCall call, Journal journal, TimeProvider time)
{
    /// <summary>Whom tests are booked for.</summary>
    public static Attribution Attribution { get; } = new("causeway", "contract-test", "eval");

    /// <summary>Asks, and asks again as often as the contract's policy allows.</summary>
    /// <param name="plan">The channel's, with the contract.</param>
    /// <param name="pin">Whom is asked.</param>
    /// <param name="request">The prompt.</param>
    /// <param name="compiled">The contract as the pin gets it.</param>
    /// <param name="prompt">The prompt's text.</param>
    /// <param name="cancellation">Ends it at once; what was used until then is booked.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<TestedPrompt> RunAsync(Plan plan, PinRoute pin, RequestTranslation request, CompiledContract compiled, string prompt, CancellationToken cancellation)
    {
        DateTimeOffset at = time.GetUtcNow();
        long began = time.GetTimestamp();
        var sample = new Sample(plan, pin, request, compiled, Guid.CreateVersion7(at), new Course(plan, hold: null, RequestClass.Unsaid, time));
        try
        {
            Judgement judged = await AskAsync(sample, cancellation);
            while (judged.IsRepairable && MayRepair(plan.Contract!.Policy, sample))
            {
                sample.Corrections.Add(new Correction(judged.WrongText, RepairPrompt.Of(plan.Contract.Schema, judged.Violations)));
                sample.Course.NextIsRepair();
                Judgement again = await AskAsync(sample, cancellation);
                if (!again.IsAnswer)
                {
                    break; // As for callers: what was wrong before is what they are told.
                }

                judged = again;
            }

            sample.Ending = judged.Ending;
            return new TestedPrompt
            {
                Prompt = prompt,
                Outcome = judged.Outcome,
                Message = judged.Message,
                Attempts = sample.Course.Attempts,
                Repairs = sample.Course.Repairs,
                CostNanoUsd = Settle.Whole(sample.Course, sample.Last).CostNanoUsd,
            };
        }
        finally
        {
            if (sample.Target is { } target)
            {
                journal.Enqueue(OwnRecord.Of(
                    sample.Request, at, time.GetElapsedTime(began), Attribution, target, stream: false, sample.Course, sample.Ending, sample.Last));
            }
        }
    }

    private static bool MayRepair(ContractPolicy policy, Sample sample) =>
        policy.OnViolation.Contains(OnViolation.Repair) && sample.Corrections.Count < policy.Repairs;

    private async Task<Judgement> AskAsync(Sample sample, CancellationToken cancellation)
    {
        (Plan plan, PinRoute pin) = (sample.Plan, sample.Pin);
        BoundContract contract = plan.Contract!;
        Operation called = OwnRequest.OperationAt(pin, stream: false, hasTools: false, plan.Changes?.ReasoningEffort ?? sample.Translation.ReasoningEffort);
        if (Compose.UnderContract(sample.Translation, plan, contract, sample.Compiled, pin, called, sample.Corrections).Failed(out Outgoing? outgoing, out GatewayError? error))
        {
            return Judgement.OfError(error, status: 0);
        }

        using (outgoing)
        {
            sample.Target = outgoing.Target;
            sample.Last = Settlement.Nothing;
            OwnRequest sent = new(pin, outgoing.Target!, outgoing.Body, Stream: false, BoundContract.CarrierOf(sample.Compiled));
            OwnReply reply = await call.SendAsync(sent, sample.Course, cancellation);
            return reply.Answer is { } answer ? Judge(sample, contract, answer, reply) : OfError(sample, contract, reply);
        }
    }

    private static Judgement Judge(Sample sample, BoundContract contract, GatheredReply answer, OwnReply reply)
    {
        Course course = sample.Course;
        JudgedReply judged = JudgedReply.Of(answer, contract, sample.Compiled, RequestId.Format(sample.Request));
        course.Judged(judged);
        if (judged.IsBroken)
        {
            GatewayError problem = Violated.Problem(contract, sample.Pin, judged);
            course.Broke(problem.Code, reply.Settled);
            return Judgement.OfError(problem, reply.Status) with
            {
                Outcome = judged.Outcome!,
                Message = judged.Violations is [var first, ..] ? Worded(first) : problem.Message,
                IsAnswer = true,
                IsRepairable = true,
                WrongText = judged.WrongText,
                Violations = judged.Violations,
            };
        }

        sample.Last = reply.Settled;
        return new Judgement(course.ContractOutcome ?? "violated", new Ending(Outcome.Completed, reply.Status, null))
        {
            IsAnswer = true,
            Message = course.ContractOutcome switch
            {
                null => "The model paused, or called a tool that nobody offered, in place of a document.",
                "refused" => "The model, or the provider, declined.",
                "truncated" => "The answer was cut at its longest length.",
                _ => null,
            },
        };
    }

    private static Judgement OfError(Sample sample, BoundContract contract, OwnReply reply)
    {
        if (sample.Course.IsRepair)
        {
            sample.Course.Failed(reply.Problem!.Code, reply.Status == 0 ? null : reply.Status);
            return Judgement.OfError(reply.Problem, reply.Status);
        }

        SchemaFailure failure = reply.Error is { } error ? SchemaFailures.Of(reply.Status, error) : SchemaFailure.None;
        if (failure == SchemaFailure.None)
        {
            return Judgement.OfError(reply.Problem!, reply.Status);
        }

        bool isModels = failure == SchemaFailure.ModelFailed;
        sample.Course.ContractOutcome = isModels ? "violated" : null;
        sample.Course.Failed(reply.Problem!.Code, reply.Status);
        Judgement judged = Judgement.OfError(Violated.Problem(contract, sample.Pin, reply.Error!.Value, isModels), reply.Status);
        return isModels ? judged with { Outcome = "violated", IsRepairable = true } : judged;
    }

    private static string Worded(Violation violation) => violation.Path.Length == 0 ? violation.Message : $"{violation.Path}: {violation.Message}";

    /// <summary>One prompt under way.</summary>
    private sealed record Sample(Plan Plan, PinRoute Pin, RequestTranslation Translation, CompiledContract Compiled, Guid Request, Course Course)
    {
        /// <summary>Answers that broke the contract, with what the model is told of them.</summary>
        public List<Correction> Corrections { get; } = [];

        /// <summary>What is called; null: nothing was yet.</summary>
        public Target? Target { get; set; }

        /// <summary>What the last call used, where it is not in the course yet.</summary>
        public Settlement Last { get; set; } = Settlement.Nothing;

        public Ending Ending { get; set; } = Ending.Gone(null);
    }

    /// <summary>What became of one call.</summary>
    private sealed record Judgement(string Outcome, Ending Ending)
    {
        public string? Message { get; init; }

        /// <summary>The model answered, rightly or wrongly.</summary>
        public bool IsAnswer { get; init; }

        public bool IsRepairable { get; init; }

        public string WrongText { get; init; } = "";

        public IReadOnlyList<Violation> Violations { get; init; } = [];

        // 502 as for callers, where the provider said nothing that could be told on.
        public static Judgement OfError(GatewayError error, int status) =>
            new(error.Code, new Ending(Budgets.Ledger.Outcome.Failed, status is 0 or 200 ? 502 : status, error.Code)) { Message = error.Message };
    }
}
