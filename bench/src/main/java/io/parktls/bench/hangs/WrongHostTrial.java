package io.parktls.bench.hangs;

import javax.net.ssl.SSLException;

/** Connects to a server whose trusted certificate is for another host. */
final class WrongHostTrial implements Trial.Body {
    @Override
    public Outcome run(TlsStack stack) throws Exception {
        try {
            stack.establish(Contexts.of("elsewhere.test"));
            return Outcome.wrong("accepted");
        } catch (SSLException e) {
            return Outcome.right("refused: %s".formatted(e.getClass().getSimpleName()));
        }
    }
}
