package io.parktls.integration.engine;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
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
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
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

/** Tests clients of Netty, with {@code SslProvider.JDK}. */
@WithParkTls
@DisplayName("Netty's client")
class NettyClientTest extends ClientContract {
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
            if (setup.http2()) {
                builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1));
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
                            SslHandler tls = context.newHandler(channel.alloc(), uri.getHost(), uri.getPort());
                            // Netty's timeout of 10 s is short for 500 handshakes at once.
                            tls.setHandshakeTimeoutMillis(RawHttp.HANG_MILLIS);
                            channel.pipeline().addLast(tls).addLast(new ByProtocol(exchange));
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

    /** Adds the handlers of the protocol that ALPN has agreed on, and sends the request. */
    private static final class ByProtocol extends ApplicationProtocolNegotiationHandler {
        private final Exchange exchange;

        ByProtocol(Exchange exchange) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.exchange = exchange;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            EngineProof.assertMade(
                    context.pipeline().get(SslHandler.class).engine().getSession());
            if (protocol.equals(ApplicationProtocolNames.HTTP_1_1)) {
                context.pipeline().addLast(new HttpClientCodec());
                exchange.start(context.channel(), "HTTP/1.1");
                return;
            }
            context.pipeline()
                    .addLast(Http2FrameCodecBuilder.forClient().build())
                    // The server pushes no streams.
                    .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
            new Http2StreamChannelBootstrap(context.channel())
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel stream) {
                            stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(false));
                            exchange.start(stream, "HTTP/2");
                        }
                    })
                    .open();
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
            exchange.exceptionCaught(context, cause);
        }
    }

    private static final class Exchange extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final CompletableFuture<ClientUnderTest.Answer> answer = new CompletableFuture<>();
        private final FullHttpRequest request;
        private String version = "";

        Exchange(FullHttpRequest request) {
            this.request = request;
        }

        /** Sends the request over a connection or a stream of one, which has the protocol's handlers. */
        void start(Channel channel, String agreed) {
            version = agreed;
            channel.pipeline().addLast(new HttpObjectAggregator(16 << 20)).addLast(this);
            channel.writeAndFlush(request);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            answer.complete(new ClientUnderTest.Answer(version, ByteBufUtil.getBytes(response.content())));
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
