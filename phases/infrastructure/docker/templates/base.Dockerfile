# What these begin with:
<% for file in base.files %>
#   << file >>
<% endfor %>
# Build it, then write its name behind their FROM:
#   docker build --file << path >> --tag << name >>/base-<< stem >>:VERSION << directory >>
# It does not run as root: an image that installs more says USER root before, and USER << user >> behind it.
FROM << image >><% if digest %>@<< digest >><% endif %>


<% if base.language == "python" %>
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

<% elif base.language == "node" %>
ENV NPM_CONFIG_FUND=false \
    NPM_CONFIG_UPDATE_NOTIFIER=false

<% endif %>
<% if base.packages and base.alpine %>
# Alpine serves one version of a package; which one is the base's affair.
# hadolint ignore=DL3018
RUN apk add --no-cache<% for package in base.packages %> \
    << package >><% endfor %>


<% elif base.packages %>
# Debian serves one version of a package; which one is the base's affair.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends<% for package in base.packages %> \
        << package >><% endfor %> \
    && rm -rf /var/lib/apt/lists/*

<% endif %>
<% if base.alpine %>
RUN addgroup -S -g << user >> app \
    && adduser -S -D -H -u << user >> -G app app
<% else %>
RUN groupadd --system --gid << user >> app \
    && useradd --system --uid << user >> --gid app --no-create-home --shell /usr/sbin/nologin app
<% endif %>

WORKDIR /app
RUN chown app:app /app
USER << user >>
