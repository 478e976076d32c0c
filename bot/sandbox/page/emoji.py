"""The emoji short names this page knows, with the characters that stand for them."""

_TABLE = """
+1 👍 -1 👎 100 💯 1234 🔢 alarm_clock ⏰ airplane ✈️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_up ⬆️
art 🎨 baby 👶 balance_scale ⚖️ ballot_box_with_check ☑️ bangbang ‼️ bar_chart 📊 battery 🔋 beach_with_umbrella 🏖️
bell 🔔 bike 🚲 birthday 🎂 blossom 🌼 blue_heart 💙 blush 😊 bookmark 🔖 books 📚 boom 💥 bow 🙇 briefcase 💼
brain 🧠 bug 🐛 bulb 💡 busts_in_silhouette 👥 bust_in_silhouette 👤 cake 🍰 calendar 📅 spiral_calendar_pad 🗓️
card_index_dividers 🗂️ chart_with_downwards_trend 📉 chart_with_upwards_trend 📈 checkered_flag 🏁 cherry_blossom 🌸
clap 👏 clapper 🎬 clipboard 📋 clock3 🕒 clock9 🕘 cloud ☁️ coffee ☕ compass 🧭 confetti_ball 🎊 construction 🚧
cry 😢 crystal_ball 🔮 dart 🎯 date 📅 dizzy 💫 door 🚪 droplet 💧 ear 👂 earth_africa 🌍 eight 8️⃣ email 📧
envelope ✉️ exclamation ❗ eyes 👀 face_with_monocle 🧐 facepunch 👊 fire 🔥 first_place_medal 🥇 five 5️⃣ flashlight 🔦
four 4️⃣ four_leaf_clover 🍀 gear ⚙️ gem 💎 gift 🎁 globe_with_meridians 🌐 green_heart 💚 grey_question ❔ grin 😁
grinning 😀 hammer 🔨 hammer_and_wrench 🛠️ handshake 🤝 heart ❤️ heart_eyes 😍 heavy_check_mark ✔️ heavy_minus_sign ➖
heavy_plus_sign ➕ herb 🌿 hourglass ⌛ hourglass_flowing_sand ⏳ house 🏠 hugging_face 🤗 inbox_tray 📥
information_source ℹ️ joy 😂 key 🔑 keyboard ⌨️ label 🏷️ ladder 🪜 large_blue_circle 🔵 large_green_circle 🟢
large_orange_circle 🟠 large_purple_circle 🟣 large_red_square 🟥 large_yellow_circle 🟡 laughing 😆 leaves 🍃 link 🔗
lock 🔒 loudspeaker 📢 lower_left_ballpoint_pen 🖊️ mag 🔍 mailbox 📫 mailbox_with_mail 📬 medal 🏅 mega 📣 memo 📝
microscope 🔬 moneybag 💰 moon 🌙 crescent_moon 🌙 mortar_board 🎓 mountain ⛰️ muscle 💪 mute 🔇 neutral_face 😐
new 🆕 nine 9️⃣ no_bell 🔕 no_entry ⛔ no_entry_sign 🚫 ocean 🌊 ok ✅ ok_hand 👌 one 1️⃣ open_hands 👐
open_file_folder 📂 outbox_tray 📤 package 📦 page_facing_up 📄 palm_tree 🌴 paperclip 📎 party 🥳 partying_face 🥳
pencil 📝 pencil2 ✏️ pensive 😔 point_down 👇 point_left 👈 point_right 👉 point_up ☝️ potted_plant 🪴 pray 🙏
purple_heart 💜 pushpin 📌 question ❓ rainbow 🌈 raised_hand ✋ raised_hands 🙌 raising_hand 🙋 recycle ♻️ red_circle 🔴
relaxed ☺️ relieved 😌 repeat 🔁 rocket 🚀 rotating_light 🚨 round_pushpin 📍 salute 🫡 scales ⚖️ scroll 📜 second_place_medal 🥈
seedling 🌱 seven 7️⃣ shield 🛡️ shrug 🤷 six 6️⃣ sleeping 😴 zzz 💤 slightly_frowning_face 🙁 slightly_smiling_face 🙂
small_blue_diamond 🔹 small_orange_diamond 🔸 smile 😄 smiley 😃 smirk 😏 snail 🐌 snowflake ❄️ sob 😭 sos 🆘 sparkler 🎇
sparkles ✨ speech_balloon 💬 star ⭐ star2 🌟 stopwatch ⏱️ sun_with_face 🌞 sunflower 🌻 sunglasses 😎 sunny ☀️ sunrise 🌅
sweat_smile 😅 tada 🎉 tea 🍵 telephone_receiver 📞 telescope 🔭 ten 🔟 thinking_face 🤔 third_place_medal 🥉
thought_balloon 💭 three 3️⃣ thumbsdown 👎 thumbsup 👍 timer_clock ⏲️ trophy 🏆 turtle 🐢 two 2️⃣ umbrella ☔ unlock 🔓
upside_down_face 🙃 v ✌️ warning ⚠️ wastebasket 🗑️ watch ⌚ wave 👋 white_check_mark ✅ white_circle ⚪ white_large_square ⬜
wink 😉 woman-raising-hand 🙋‍♀️ man-raising-hand 🙋‍♂️ wrench 🔧 writing_hand ✍️ x ❌ yellow_heart 💛 yum 😋 zap ⚡ zero 0️⃣
zipper_mouth_face 🤐
"""

_WORDS = _TABLE.split()
EMOJI: dict[str, str] = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))


def character(short_name: str) -> str | None:
    """The character for a short name written without its colons; None where the table has none."""
    return EMOJI.get(short_name.split("::", 1)[0].lower())
