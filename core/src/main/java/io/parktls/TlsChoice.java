package io.parktls;

/**
 * The answer of a {@link TlsChooser}: which settings apply to a connection, or why the server refuses the client.
 * Immutable.
 */
public sealed interface TlsChoice {
    /**
     * {@return the choice of another context} All settings of the connection are then those of that context, including
     * its engine, protocols, trust and ticket keys; a chooser of that context is not called. Build contexts in advance
     * and reuse them: a context is expensive, and has its own ticket keys unless it is given some or
     * {@linkplain TlsContext#toBuilder derived} from another one.
     *
     * @param context the context
     */
    static TlsChoice context(TlsContext context) {
        return new Context(context);
    }

    /**
     * {@return the choice of an identity, in place of the context's own identities} All other settings remain those of
     * the context. The context that is prepared for an identity lives as long as the identity, so answer the same
     * object each time; preparing one takes about as long as a handshake.
     *
     * @param identity the identity
     */
    static TlsChoice identity(TlsIdentity identity) {
        return new Identity(identity);
    }

    /** {@return the choice to continue with the context as it is} */
    static TlsChoice unchanged() {
        return Unchanged.INSTANCE;
    }

    /**
     * {@return the choice to refuse the client}
     *
     * @param alert the fatal alert to send, for instance {@link TlsAlert#UNRECOGNIZED_NAME} for an unknown host (RFC
     *     6066 3) or {@link TlsAlert#ACCESS_DENIED}
     * @param reason the reason for the exception's message and the log; it is not sent to the client
     * @throws IllegalArgumentException if the alert is close_notify or user_canceled, which are no failures
     */
    static TlsChoice refuse(TlsAlert alert, String reason) {
        return new Refusal(alert, reason);
    }

    /**
     * Another context.
     *
     * @param context the context
     */
    record Context(TlsContext context) implements TlsChoice {}

    /**
     * Another identity.
     *
     * @param identity the identity
     */
    record Identity(TlsIdentity identity) implements TlsChoice {}

    /** The context as it is. */
    enum Unchanged implements TlsChoice {
        /** The only instance. */
        INSTANCE
    }

    /**
     * A refusal of the client.
     *
     * @param alert the fatal alert to send
     * @param reason the reason
     */
    record Refusal(TlsAlert alert, String reason) implements TlsChoice {
        /** Checks the alert. */
        public Refusal {
            if (alert == TlsAlert.CLOSE_NOTIFY || alert == TlsAlert.USER_CANCELED) {
                throw new IllegalArgumentException(alert + " is not a fatal alert: refuse with, for instance, "
                        + TlsAlert.UNRECOGNIZED_NAME + " or " + TlsAlert.ACCESS_DENIED);
            }
        }
    }
}
