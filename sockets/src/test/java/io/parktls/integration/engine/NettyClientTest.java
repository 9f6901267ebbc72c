package io.parktls.integration.engine;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.DisplayName;

/** Tests clients of Netty, with {@code SslProvider.JDK} and HTTP/1.1. */
@WithParkTls
@DisplayName("Netty's client")
class NettyClientTest extends ClientContract {
    @Override
    boolean http2() {
        return false;
    }

    @Override
    ClientUnderTest open(ClientSetup setup) throws Exception {
        return new Client(setup);
    }

    /** A client with a connection for each request. */
    private static final class Client implements ClientUnderTest {
        private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        private final SslContext context;

        Client(ClientSetup setup) throws Exception {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(setup.authorities());
            SslContextBuilder builder =
                    SslContextBuilder.forClient().sslProvider(SslProvider.JDK).trustManager(trust);
            if (setup.keys() != null) {
                KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(setup.keys(), Keys.PASSWORD.toCharArray());
                builder.keyManager(keys);
            }
            context = builder.build();
        }

        @Override
        public Answer send(URI uri, byte[] body) throws Exception {
            FullHttpRequest request = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1,
                    body.length > 0 ? HttpMethod.POST : HttpMethod.GET,
                    uri.getPath(),
                    Unpooled.wrappedBuffer(body));
            request.headers().set(HttpHeaderNames.HOST, uri.getHost() + ":" + uri.getPort());
            HttpUtil.setContentLength(request, body.length);
            Exchange exchange = new Exchange(request);
            Channel channel = new Bootstrap()
                    .group(group)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(context.newHandler(channel.alloc(), uri.getHost(), uri.getPort()))
                                    .addLast(new HttpClientCodec())
                                    .addLast(new HttpObjectAggregator(16 << 20))
                                    .addLast(exchange);
                        }
                    })
                    .connect(Keys.NAMED_HOST.equals(uri.getHost()) ? "127.0.0.1" : uri.getHost(), uri.getPort())
                    .sync()
                    .channel();
            try {
                return exchange.answer.get(RawHttp.HANG_MILLIS, TimeUnit.MILLISECONDS);
            } finally {
                channel.close().sync();
            }
        }

        @Override
        public void close() {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static final class Exchange extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final CompletableFuture<ClientUnderTest.Answer> answer = new CompletableFuture<>();
        private final FullHttpRequest request;

        Exchange(FullHttpRequest request) {
            this.request = request;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(request);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            EngineProof.assertMade(
                    context.pipeline().get(SslHandler.class).engine().getSession());
            answer.complete(new ClientUnderTest.Answer(
                    response.protocolVersion().text(), ByteBufUtil.getBytes(response.content())));
        }

        /** Closes after the peer's close_notify: an answer without a length ends with the connection. */
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslCloseCompletionEvent) {
                context.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.completeExceptionally(new IOException("closed without an answer"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            answer.completeExceptionally(cause);
            context.close();
        }
    }
}
