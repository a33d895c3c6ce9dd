"""Typed word lists for the story grammar (kinds/story_plots.py)."""

# animal:tags   b=bird  s=swimmer  d=at home in the dark  c=climber  f=feared by no storm  q=water animal at ease
# g=big         n=never in snow
ANIMALS = """fox wolf:g rabbit bear:gc mouse hedgehog:d squirrel:c badger:d deer otter:s beaver:s cat:c dog:s
pony:g pig lamb goat cow:g donkey:g monkey:c panda:cg koala:c lion:g tiger:gs elephant:g giraffe:g zebra:g kangaroo:g
raccoon:dc mole:d hamster frog:s turtle:s duck:bs owl:bd penguin:bs hen:b goose:bs crow:b sparrow:b robin:b lizard:c llama:g
camel:g hippo:gs kitten:c puppy chipmunk:c weasel skunk:d moose:g swan:bs parrot:b sheep fawn piglet duckling:bs foal"""

SIZES = "little small young".split()

# type: adjectives / nouns ('long form=short form')
OBJECTS = {
    "toy": (
        "red blue green yellow orange purple pink white little wooden old striped tiny silver",
        "ball, doll, teddy bear, toy train, yo-yo, toy boat, spinning top, puppet, toy car, jump rope, "
        "puzzle, toy rocket, wooden horse, toy truck, paper plane, music box, hoop, rag doll, toy dinosaur, "
        "stuffed rabbit, toy plane, bubble wand, toy castle, rubber duck, toy drum, pinwheel, bean bag, toy bus, "
        "toy elephant, paper lantern",
    ),
    "wear": (
        "red blue green yellow orange purple pink white warm old striped soft woolen",
        "hat, scarf, cap, mitten, glove, coat, ribbon, sweater, raincoat, umbrella, backpack, apron, cape, vest, "
        "jacket, sun hat, blanket, bonnet",
    ),
    "shiny": (
        "shiny silver golden old little round bright tiny",
        "key, coin, ring, seashell, medal, locket, bell, brooch, spoon, whistle, compass, bead, necklace, crystal, "
        "button, pocket watch, mirror, marble, bracelet, thimble, pin",
    ),
    "food": (
        "big small fresh sweet tasty warm",
        "apple, pear, sandwich, cookie, pie, cake, loaf of bread=bread, muffin, banana, melon, peach, cupcake, bun, "
        "pizza, pretzel, waffle, orange, basket of berries=basket, bag of nuts=bag, piece of cheese=cheese, "
        "jar of honey=jar, bag of popcorn=bag, pancake, plum, mango, rice cake, bowl of strawberries=bowl",
    ),
    "bake": (
        "big round sweet warm fresh small",
        "cake, pie, loaf of bread=bread, cherry tart, nut cake, apple pie, plum cake, carrot cake, honey cake, "
        "cheese pie, cherry pie, lemon cake, berry tart, seed cake, apple cake",
    ),
    "music": (
        "old small wooden red shiny blue",
        "drum, flute, guitar, violin, trumpet, harp, tambourine, banjo, horn, accordion, fiddle, xylophone, "
        "recorder, ukulele, clarinet, bugle",
    ),
    "plant": (
        "tall little yellow red white fine",
        "sunflower, pumpkin, tomato plant, rose bush, tulip, apple tree, bean plant, daisy, strawberry plant, "
        "poppy, lemon tree, cucumber plant, pepper plant, marigold, lily, pear tree, cherry tree, violet",
    ),
    "mend": (
        "old little red blue green brown wooden",
        "kite, clock, chair, wagon, bicycle, lamp, radio, music box, wheelbarrow, birdhouse, swing, sled, toy train, "
        "scooter, stool, basket, drum, cart, rocking horse, windmill",
    ),
    "tool": (
        "old long strong big little new",
        "rope, ladder, shovel, lantern, bucket, broom, flashlight, net, rake, basket, fishing rod, walking stick, pole",
    ),
    "reach": (
        "long old red green blue",
        "rope, scarf, walking stick, blanket, umbrella, pole, fishing rod, shawl",
    ),
    "lift": ("long old strong big", "broom, net, fishing rod, pole, rake, walking stick"),
    "climb": ("old little big long", "lantern, flashlight, ladder, rope, lamp, candle"),
    "btool": ("strong old long big", "rope, ladder, pole, hammer, saw, axe, wheelbarrow, cart"),
    "worn": (
        "red blue green yellow purple warm soft old",
        "hat, scarf, cap, ribbon, coat, sweater, cape, vest, jacket, necklace, sun hat, bow tie, bracelet, raincoat",
    ),
    "snowwear": (
        "red blue green yellow purple warm striped old woolen",
        "hat, scarf, cap, bonnet, shawl, vest",
    ),
    "key": ("shiny silver golden old little rusty tiny iron", "key"),
    "light": ("little old small bright yellow red", "lamp, lantern, flashlight, candle, night light, torch"),
    "read": (
        "old thick little blue red brown green",
        "book, storybook, picture book, songbook, atlas, comic book, cookbook, book of poems=book, "
        "book of riddles=book, book of maps=book, book about stars=book, book about birds=book",
    ),
    "boat": ("little red blue white green wooden old yellow", "boat, raft, canoe, rowboat, sailboat, ship"),
    "kite": (
        "red blue green yellow orange purple pink white striped big little",
        "kite, paper kite, dragon kite, paper plane, toy glider",
    ),
    "gift": (
        "red blue green yellow purple little pretty",
        "scarf, drum, book, toy train, puzzle, kite, paint box, flower pot, necklace, teapot, picture frame, "
        "hat, cushion, music box, flute, ball, lantern, notebook, mug, quilt",
    ),
    "found": (
        "black brown red blue old little green",
        "purse, wallet, bag, suitcase, locket, ring, pocket watch, key, camera, notebook, hat, umbrella, violin, "
        "basket, coin purse, necklace, phone",
    ),
    "fragile": (
        "blue white red old pretty little green",
        "vase, cup, plate, teapot, window, flower pot, bowl, mirror, lamp, jug, glass bird, picture frame",
    ),
    "treasure": ("old little wooden rusty blue red", "chest, box, tin, jar, bag, bottle, trunk"),
    "craft": (
        "big little blue red tall wooden",
        "tree house, birdhouse, go-kart, swing, raft, puppet stage, cardboard castle, tower of blocks=tower, scarecrow, marble run, kite, model plane, "
        "doll house, bench",
    ),
}

# prep | noun | tags: o outdoors, i indoors, n wild (one may lose the way), w water, t town, g people gather,
#                     h high, s soil, u only people go there, e unique ('the')
PLACES = """
in|forest|on
in|meadow|ons
in|park|otg
in|garden|os
in|valley|ons
in|orchard|os
in|jungle|on
in|field|os
in|desert|onz
in|canyon|onz
in|swamp|on
in|pine forest|on
in|bamboo forest|on
on|hill|onhs
on|mountain|onh
on|island|onw
on|beach|owe
on|farm|os
on|prairie|on
by|lake|onw
by|river|onw
by|pond|ow
by|stream|onw
by|sea|owe
by|waterfall|onw
by|old mill|os
near|lighthouse|ow
at|harbor|otw
in|village|otgs
in|town|otg
in|city|otg
at|market|otg
at|school|itg
in|library|itg
in|bakery|it
in|museum|itu
at|train station|itg
at|bus stop|ot
in|castle|ig
on|playground|otg
in|town square|otg
in|kitchen|i
in|attic|i
in|barn|ig
in|workshop|i
in|toy shop|itu
at|zoo|otu
at|fair|otg
at|circus|og
in|theater|igu
in|schoolyard|otg
in|tower|i
in|cottage|i
in|backyard|os
in|greenhouse|i
at|campsite|on
in|vineyard|os
in|palace|ig
near|bridge|ow
in|rose garden|os
in|old house|i
in|cornfield|on
on|dock|ow
in|mountain village|otgh
in|fishing village|otgw
in|bookshop|itu
in|courtyard|otgs
in|classroom|igt
in|gym|igu
in|snack shop|itu
in|oak forest|on
on|ranch|os
"""

# weather: classes
WEATHER = {
    "mild": "sunny cloudy warm bright quiet cool gray breezy lovely spring autumn".split(),
    "all": "sunny cloudy warm bright quiet cool gray breezy rainy windy cold foggy chilly spring autumn".split(),
    "wind": ["windy", "breezy", "windy"],
    "snow": ["snowy", "cold", "snowy", "white winter"],
    "wet": ["rainy", "gray", "cloudy", "rainy"],
    "fog": "misty gray cloudy cool autumn".split(),
    "fine": "sunny warm bright lovely hot clear summer".split(),
    "wetin": "rainy cold stormy gray windy".split(),
    "dry": "cloudy gray quiet cool windy chilly foggy autumn".split(),
    "calmnight": "quiet dark cold foggy cloudy winter summer".split(),
    "night": "stormy dark windy rainy cold black".split(),
    "nightclear": "clear warm quiet summer starry cold".split(),
    "storm": "cloudy gray windy stormy hot rainy".split(),
    "spring": ["spring", "spring", "sunny", "warm", "bright"],
    "in": "rainy cold cloudy gray snowy windy quiet chilly stormy foggy".split(),
}

# trait | early sentence | closing sentence | no robots
TRAITS = """
shy|{He} did not like to talk when many others were near.|After that day, {h} did not feel quite so shy.
shy|{He} often looked at the ground when someone said hello.|{h} was still a little shy, but now {he} knew how to say hello.
lonely|Most days {he} sat alone and watched the clouds.|{h} was not lonely anymore.
lonely|{He} wished for someone to talk to.|Now {he} had a friend, and {he} was no longer lonely.
brave|{He} always tried, even when things looked hard.|Everyone said that {h} was very brave.
brave|{He} was small next to the hills, but {his} heart was big.|"You are so brave," everyone told {h}.
curious|{He} asked questions from morning to night.|And {h} stayed as curious as ever.
curious|{He} wanted to know how everything worked.|Being curious had been a good thing that day.
kind|{He} said good morning to everyone {he} met.|Everyone was glad to know such a kind {hk}.
kind|{He} always had a nice word for others.|And {h} was kind to everyone for the rest of {his} days.
clever|{He} liked riddles and always thought before acting.|"What a clever {hk}," people said.
clever|{He} could find an answer to almost any question.|It was good to be clever, but it was even better to have a friend.
cheerful|{He} hummed a little tune all day long.|And {h} was as cheerful as ever.
cheerful|{He} could make anyone laugh.|{h} was so cheerful that {he} danced all the way home.
quiet|{He} liked to listen more than to talk.|The quiet {hk} had a lot to tell that evening.
sad|{He} had not laughed for many days.|{h} was not sad anymore.
sad|{He} did not know why, but nothing seemed fun.|For the first time in many days, {h} was not sad at all.
happy|{He} woke up every day with a song.|That day {h} was even more happy than before.
nervous|{His} knees shook when something new came along.|The next time, {h} was not so nervous.
proud|{He} liked to do everything without help.|The proud {hk} now knew that asking for help was fine.
forgetful|{He} often walked into a room and forgot why.|{h} was still forgetful, but {he} never forgot that day.
clumsy|{He} often bumped into things.|{h} was still clumsy sometimes, and nobody minded.
playful|{He} could turn anything into a game.|Then the playful {hk} ran off to find a new game.
gentle|{He} never stepped on a flower.|Everyone loved the gentle {hk}.
polite|{He} always said please and thank you.|"Thank you," said {h}, as polite as always.
busy|{He} always had ten things to do.|That evening the busy {hk} sat still and rested at last.
sleepy|{He} liked to nap after breakfast.|The sleepy {hk} went to bed early that night.
hungry|{He} was always thinking about the next meal.|And of course, the hungry {hk} ate a very big supper.|x
careful|{He} always looked twice before {he} jumped.|{h} stayed careful, but now {he} liked adventures too.
grumpy|{He} did not smile very often.|After that, {h} was not grumpy for a whole week.
funny|{He} knew a hundred jokes.|Then the funny {hk} told a joke, and everyone laughed.
tiny|{He} was small enough to sit under a leaf.|A tiny {hk} can do great things.|xp
"""

THEMES = """
courage|It took courage to try, and {h} was proud of {himself}.
courage|{h} learned that courage means trying even when you are afraid.
courage|That day {h} found out how much courage {he} had.
courage|"That took real courage," {f} said.
courage|Courage is not the same as having no fear. It means going on anyway, and {h} did not forget that.
kindness|{h} learned that kindness always comes back.
kindness|A little kindness can change a whole day.
kindness|{h} never forgot the kindness of that day.
kindness|Kindness costs nothing, and everyone can give it.
sharing|{h} learned that sharing makes good things even better.
sharing|After that, {h} thought that sharing was the best part of the day.
sharing|Sharing had turned one happy heart into two.
sharing|{h} was glad, because sharing felt better than keeping.
friendship|It was the start of a long friendship.
friendship|{h} knew that friendship was worth more than gold.
friendship|Their friendship grew stronger every day.
friendship|True friendship, thought {h}, means being there when things go wrong.
honesty|{h} learned that honesty makes the heart light.
honesty|"Honesty is worth more than gold," said {f}.
honesty|From then on, {h} knew that honesty was always the best way.
honesty|Everyone trusted {h} because of {his} honesty.
patience|{h} learned that good things need patience.
patience|With a little patience, even hard things become easy.
patience|"Patience was the secret," {h} said.
patience|{h} was glad that {he} had shown so much patience.
teamwork|{h} and {f} were proud of their teamwork.
teamwork|{h} learned that teamwork makes hard jobs easy.
teamwork|"That is what teamwork can do," {f} said.
teamwork|Alone it was too hard, but teamwork made it possible.
helping|{h} learned that helping others feels good.
helping|Helping someone, thought {h}, makes two people happy.
helping|And {h} went on helping others whenever {he} could.
helping|"Helping is what friends do," said {f}.
practice|{h} learned that practice makes hard things easy.
practice|"All that practice was worth it," {h} said.
practice|A little practice every day can do wonders.
practice|From then on, {h} never grew tired of practice.
hope|{h} learned never to lose hope.
hope|Even on a hard day, there is always hope.
hope|{h} was glad that {he} had not given up hope.
hope|"There is always hope," said {f}, and {h} agreed.
forgiveness|{h} learned that forgiveness can mend a friendship.
forgiveness|Forgiveness made them both feel light and free.
forgiveness|It was a day of forgiveness, and both went home happy.
forgiveness|"Thank you for your forgiveness," {h} said.
gratitude|{h} learned to show gratitude for small things.
gratitude|{His} heart was full of gratitude.
gratitude|{h} showed {his} gratitude with a big hug.
gratitude|Gratitude, thought {h}, is a warm feeling.
curiosity|{h} was glad that {he} had followed {his} curiosity.
curiosity|Curiosity had led {h} to something wonderful.
curiosity|"Curiosity opens many doors," said {f}.
curiosity|{h} learned that curiosity is the start of every adventure.
trust|{h} learned that trust must be kept safe, like a treasure.
trust|From then on, there was great trust between them.
trust|"I knew that you had earned my trust," said {f}.
trust|Trust grows slowly, but it grows strong.
learning|{h} learned that mistakes are part of learning.
learning|Learning something new can be slow, but it is worth it.
learning|From that day on, {h} loved learning new things.
learning|"Learning never ends," {f} said, and {h} was glad about that.
"""
