package io.parktls.semantics;

import io.parktls.openssl.LibSsl;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips tests that compare ParkTLS with libssl, with a reason, where libssl is not installed. */
final class NeedsLibssl implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return LibSsl.missing()
                .map(name -> ConditionEvaluationResult.disabled(
                        name + " is not installed: this test compares ParkTLS with OpenSSL 3 (package libssl3)"))
                .orElseGet(() -> ConditionEvaluationResult.enabled("libssl is installed"));
    }
}
