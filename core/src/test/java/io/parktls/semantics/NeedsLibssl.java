package io.parktls.semantics;

import io.parktls.openssl.LibSsl;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips what is compared with libssl where there is none, and says so. */
final class NeedsLibssl implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return LibSsl.missing()
                .map(name -> ConditionEvaluationResult.disabled(
                        name + " is not installed: this compares ParkTLS with OpenSSL 3 (package libssl3)"))
                .orElseGet(() -> ConditionEvaluationResult.enabled("libssl is there"));
    }
}
